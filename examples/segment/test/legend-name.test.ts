import { expect, it } from 'vitest';
import { createCanvas } from '../src/canvas.ts';
import { legendName, listedName } from '../src/legend-name.ts';
import { canDraw, drawText } from '../src/stroke-font.ts';

it.each([
  ['Ascending aorta', 'ASCENDING AORTA'],
  ['kidney_left', 'KIDNEY LEFT'],
  ['Lésion (5 cm)', 'LESION (5 CM)'],
  ['Fuß', 'FUSS'],
])('%s stands in a picture as %s, and as it is in print', (name, legend) => {
  expect([legendName(name, 3), listedName(name, 3)]).toEqual([legend, name]);
});

it.each(['主動脈', 'Печень', 'β cells', 'कलेजा', '?!'])(
  '%s stands there as its number, which print tells',
  (name) => {
    expect([legendName(name, 3), listedName(name, 3)]).toEqual(['(3)', `(3) ${name}`]);
  },
);

it('every letter that can be drawn leaves something on the canvas, and no other does', () => {
  const leaves = (letter: string) => {
    const canvas = createCanvas(20, 30);
    drawText(canvas, letter, { x: 4, y: 4 }, 15, [255, 255, 255]);
    return canvas.data.some((value) => value > 0);
  };
  const letters = Array.from({ length: 0x500 - 0x21 }, (_, i) => String.fromCodePoint(0x21 + i));
  // drawText makes capitals of small letters; what it is asked for here are capitals.
  for (const letter of letters.filter((each) => each === each.toUpperCase())) {
    expect([letter, leaves(letter)]).toEqual([letter, canDraw(letter)]);
  }
});

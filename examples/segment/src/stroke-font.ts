import type { Canvas, Rgb } from './canvas.ts';
import { strokeLines } from './draw.ts';

// Capitals, digits and what units need, as pen strokes: two digits a point, x 0-4, y 0 (top) to 6.
// A pen scales to any size and is smoothed like every other line, which a bitmap font is not.
const GLYPHS: Record<string, string> = {
  A: '062046 1434',
  B: '0006364544433303 0030414232',
  C: '4130100105163645',
  D: '00062645412000',
  E: '40000646 0333',
  F: '400006 0333',
  G: '4130100105163645432343',
  H: '0006 4046 0343',
  I: '2026',
  J: '4045361605',
  K: '0006 4003 1346',
  L: '000646',
  M: '0600234046',
  N: '06004640',
  O: '103041453616050110',
  P: '06003041423303',
  Q: '103041453616050110 2446',
  R: '06003041423303 2346',
  S: '4130100102134344453616 1605',
  T: '0040 2026',
  U: '000516364540',
  V: '002640',
  W: '0016233640',
  X: '0046 4006',
  Y: '002340 2326',
  Z: '00400646',
  0: '103041453616050110',
  1: '112026 1636',
  2: '01103041420646',
  3: '01103041423323 3344453616 1605',
  4: '36300444',
  5: '400003334445361605',
  6: '3010010516364544331304',
  7: '004016',
  8: '1030414233130201 0110 130405163645443313',
  9: '1636454130100102133342',
  c: '4332120305163645',
  m: '0206 03122326 23324346',
  '²': '0110201103 0323',
  '.': '2626',
  ',': '2617',
  '-': '1333',
  '+': '0343 2125',
  '/': '4006',
  '(': '30212536',
  ')': '10212516',
};
const ADVANCE = 6;

/** Whether the font has a capital, digit or sign, or it is a space. */
export function canDraw(letter: string): boolean {
  return letter === ' ' || Object.hasOwn(GLYPHS, letter);
}

/** Width of a text in canvas pixels. */
export function textWidth(text: string, size: number): number {
  return Math.max(0, text.length * ADVANCE - 2) * (size / 6);
}

/**
 * Writes a text of capitals (small letters become capitals, save in the units `cm` and `mm²`).
 * @param at - its top left corner
 * @param size - height of a capital, canvas pixels
 */
export function drawText(
  canvas: Canvas,
  text: string,
  at: { readonly x: number; readonly y: number },
  size: number,
  colour: Rgb,
): void {
  const unit = size / 6;
  const units = /\b(cm|mm²)/.exec(text)?.index ?? text.length;
  const lines: { x: number; y: number }[][] = [];
  [...text].forEach((letter, i) => {
    const glyph = GLYPHS[i >= units ? letter : letter.toUpperCase()];
    for (const stroke of glyph?.split(' ') ?? []) {
      const points = stroke.match(/\d\d/g) ?? [];
      lines.push(
        points.map((p) => ({ x: at.x + (i * ADVANCE + Number(p[0])) * unit, y: at.y + Number(p[1]) * unit })),
      );
    }
  });
  strokeLines(canvas, lines, { colour, width: Math.max(1.4, size / 8) });
}

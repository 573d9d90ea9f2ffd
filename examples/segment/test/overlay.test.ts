import { describe, expect, it } from 'vitest';
import type { Canvas } from '../src/canvas.ts';
import { renderOverlay } from '../src/overlay.ts';

// 120 x 120 pixels at -160 HU (black in the window below), so that every colour comes from the overlay.
const SIDE = 120;
const dark = () => ({ data: new Int16Array(SIDE * SIDE).fill(-160), shape: [SIDE, SIDE] });
const window = { centre: 40, width: 400 };
const square = (from: number, to: number) => [
  { x: from, y: from },
  { x: to, y: from },
  { x: to, y: to },
  { x: from, y: to },
];
const at = ({ data, width }: Canvas, x: number, y: number) => [
  ...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
];

describe('overlay', () => {
  const structure = {
    caption: 'box',
    colour: '#ff0000',
    contours: [{ outline: square(50, 100), holes: [square(70, 80)] }],
    clicks: [],
  };

  it('fills inside the outline, leaves its hole and the outside alone', () => {
    const canvas = renderOverlay(dark(), [structure], { window, scale: 1, fill: 0.5 });
    expect(at(canvas, 60, 60)).toEqual([128, 0, 0]);
    expect(at(canvas, 75, 75)).toEqual([0, 0, 0]);
    expect(at(canvas, 110, 60)).toEqual([0, 0, 0]);
  });

  it('draws the outline in full colour where the contour runs, at any scale', () => {
    const one = renderOverlay(dark(), [structure], { window, scale: 1, outline: 3 });
    expect(at(one, 50, 75)).toEqual([255, 0, 0]);
    const two = renderOverlay(dark(), [structure], { window, scale: 2, outline: 3 });
    expect([two.width, two.height]).toEqual([240, 240]);
    // Image x = 50 is the middle between canvas columns 100 and 101.
    expect(at(two, 100, 150)).toEqual([255, 0, 0]);
    expect(at(two, 101, 150)).toEqual([255, 0, 0]);
    expect(at(two, 95, 150)).toEqual([0, 0, 0]);
  });

  it('marks foreground clicks green and background clicks red', () => {
    const clicks = [
      { x: 30, y: 90, label: 'foreground' as const },
      { x: 85, y: 60, label: 'background' as const },
    ];
    const canvas = renderOverlay(dark(), [{ ...structure, clicks }], { window, scale: 1 });
    // Beside the white plus or minus in the middle.
    const green = at(canvas, 33, 93);
    const red = at(canvas, 85, 65);
    expect(green[1]).toBeGreaterThan(green[0] + 100);
    expect(red[0]).toBeGreaterThan(red[1] + 100);
  });

  it('shows the window: its lower end black, its upper end white, its centre half grey', () => {
    const image = {
      data: Int16Array.from({ length: SIDE * SIDE }, (_, i) => [-160, 40, 240][i % 3]),
      shape: [SIDE, SIDE],
    };
    const canvas = renderOverlay(image, [{ ...structure, contours: [] }], { window, scale: 1 });
    expect([0, 1, 2].map((x) => at(canvas, 90 + x, 100)[0])).toEqual([0, 128, 255]);
  });

  it('draws a scale bar of the stated length', () => {
    const canvas = renderOverlay(dark(), [{ ...structure, contours: [] }], {
      window,
      scale: 2,
      spacing: { x: 0.5, y: 0.5 },
    });
    // 240 canvas pixels of 0.25 mm: 2 cm are 80 pixels, from the margin of 20 on.
    const row = Array.from({ length: 240 }, (_, x) => at(canvas, x, 220)[0] > 200);
    expect(row.indexOf(true)).toBeGreaterThanOrEqual(18);
    expect(Math.abs(row.filter(Boolean).length - 84)).toBeLessThanOrEqual(2);
  });

  it('refuses a scale that is not a whole number, and a volume', () => {
    expect(() => renderOverlay(dark(), [structure], { window, scale: 1.5 })).toThrow(/scale 1\.5/);
    expect(() =>
      renderOverlay({ data: new Int16Array(8), shape: [2, 2, 2] }, [structure], { window }),
    ).toThrow(/\[2,2,2\]/);
  });
});

import { describe, expect, it } from 'vitest';
import { outlines, type Point } from '../src/contours.ts';

const shoelace = (ring: readonly Point[]) =>
  Math.abs(
    ring.reduce(
      (sum, a, i) => sum + a.x * ring[(i + 1) % ring.length].y - ring[(i + 1) % ring.length].x * a.y,
      0,
    ),
  ) / 2;
const draw = (rows: string[]) => ({
  probability: Float32Array.from(rows.join(''), (c) => Number(c === '#')),
  shape: [rows.length, rows[0].length],
});

describe('outlines', () => {
  it('lie half-way between pixel centres, in image pixels', () => {
    const { probability, shape } = draw(['.....', '.###.', '.###.', '.....']);
    const [{ outline, holes }, ...more] = outlines(probability, shape, 0.5);
    expect([holes, more]).toEqual([[], []]);
    const xs = outline.map(({ x }) => x);
    const ys = outline.map(({ y }) => y);
    expect([Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)]).toEqual([
      0.5, 3.5, 0.5, 2.5,
    ]);
    expect(outline[0]).not.toEqual(outline[outline.length - 1]);
  });

  it('are interpolated by the probability', () => {
    const probability = Float32Array.from([0, 0, 0, 0.1, 0.9, 0.1, 0, 0, 0]);
    const [{ outline }] = outlines(probability, [3, 3], 0.3);
    expect(Math.max(...outline.map(({ x }) => x))).toBeCloseTo(1.75, 6);
    expect(Math.max(...outline.map(({ y }) => y))).toBeCloseTo(1 + 2 / 3, 6);
  });

  it('give each hole to the piece around it, also an island in a hole with a hole of its own', () => {
    const { probability, shape } = draw([
      '.........',
      '.#######.',
      '.#.....#.',
      '.#.###.#.',
      '.#.#.#.#.',
      '.#.###.#.',
      '.#.....#.',
      '.#######.',
      '.........',
    ]);
    const pieces = outlines(probability, shape, 0.5).sort(
      (a, b) => shoelace(a.outline) - shoelace(b.outline),
    );
    expect(pieces.map(({ holes }) => holes.length)).toEqual([1, 1]);
    const [island, frame] = pieces;
    expect(shoelace(island.holes[0])).toBeLessThan(2);
    expect(shoelace(frame.holes[0])).toBeGreaterThan(20);
  });

  it('close at the frame of the image', () => {
    const { probability, shape } = draw(['##', '##', '##']);
    const [{ outline }] = outlines(probability, shape, 0.5);
    expect(Math.min(...outline.map(({ x }) => x))).toBe(-0.5);
    expect(Math.max(...outline.map(({ y }) => y))).toBe(2.5);
  });
});

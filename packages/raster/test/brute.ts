// Distance fields by definition, slow and obvious.

type Metric = (steps: number[]) => number;

/** Cost of the cheapest chamfer path over whole-number steps in the open plane or space. */
export const METRICS: Record<string, Metric> = {
  chessboard: (d) => Math.max(...d),
  'city-block': (d) => d.reduce((a, b) => a + b, 0),
  // Sorted, largest first: the closed forms of Borgefors' metrics.
  '3-4': (d) => chamfer345(d) / 3,
  '5-7-11': (d) => knight(d, 5, 7, 11) / 5,
  'opencv-3x3': (d) => diagonal(d, 62587, 89738) / 65536,
  'opencv-5x5': (d) => knight(d, 65536, 91750, 143976) / 65536,
  squared: (d) => d.reduce((a, b) => a + b * b, 0),
};

function chamfer345(d: number[]): number {
  const [a, b, c = 0] = [...d].sort((p, q) => q - p);
  return 5 * c + 4 * (b - c) + 3 * (a - b);
}

function diagonal(d: number[], straight: number, slant: number): number {
  const [a, b] = [...d].sort((p, q) => q - p);
  return b * slant + (a - b) * straight;
}

function knight(d: number[], straight: number, slant: number, hop: number): number {
  const [a, b] = [...d].sort((p, q) => q - p);
  return a >= 2 * b ? b * hop + (a - 2 * b) * straight : (a - b) * hop + (2 * b - a) * slant;
}

/** Every position of a shape, in C order. */
export function positions(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (all, n) => all.flatMap((p) => Array.from({ length: n }, (_, i) => [...p, i])),
    [[]],
  );
}

/**
 * The field of any mask (C order) of a shape, under a metric of the absolute steps along each axis:
 * every inside pixel against every background pixel. With border 'background', a ring of background
 * surrounds the image. The metric is tabled once, so that all masks of a shape can be tried.
 */
export function bruteField(
  shape: readonly number[],
  border: 'ignore' | 'background',
  metric: Metric,
): (mask: ArrayLike<number>) => number[] {
  const inside = positions(shape);
  const isIn = (p: number[]) => p.every((v, axis) => v >= 0 && v < shape[axis]);
  const ring = positions(shape.map((n) => n + 2))
    .map((p) => p.map((v) => v - 1))
    .filter((p) => !isIn(p));
  const between = (p: number[], q: number[]) => metric(p.map((v, axis) => Math.abs(v - q[axis])));
  const table = inside.map((p) => Float64Array.from(inside, (q) => between(p, q)));
  const frame = inside.map((p) => {
    return border === 'ignore' ? Number.POSITIVE_INFINITY : Math.min(...ring.map((q) => between(p, q)));
  });
  return (mask) =>
    inside.map((_, i) => {
      if (mask[i] === 0) return 0;
      let least = frame[i];
      for (let k = 0; k < inside.length; k++) if (mask[k] === 0 && table[i][k] < least) least = table[i][k];
      return least;
    });
}

/** All masks of a shape. */
export function* everyMask(shape: readonly number[]): Generator<Uint8Array> {
  const n = shape.reduce((a, b) => a * b, 1);
  for (let code = 0; code < 2 ** n; code++) {
    yield Uint8Array.from({ length: n }, (_, i) => (code >> i) & 1);
  }
}

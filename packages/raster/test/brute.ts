/** Distance fields by definition: every inside pixel against every background pixel. Slow and obvious. */
export interface Brute {
  shape: readonly number[];
  border?: 'ignore' | 'background';
}

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
 * The field of a mask (C order) under a metric of the absolute steps along each axis. With border
 * 'background', a ring of background surrounds the image.
 */
export function bruteField(
  mask: ArrayLike<number>,
  shape: readonly number[],
  border: 'ignore' | 'background',
  metric: Metric,
): number[] {
  const all = positions(shape);
  const background = all.filter((_, i) => mask[i] === 0);
  if (border === 'background') {
    for (const p of positions(shape.map((n) => n + 2))) {
      const q = p.map((v) => v - 1);
      if (q.some((v, axis) => v < 0 || v >= shape[axis])) background.push(q);
    }
  }
  return all.map((p, i) => {
    if (mask[i] === 0) return 0;
    let least = Number.POSITIVE_INFINITY;
    for (const q of background) least = Math.min(least, metric(p.map((v, axis) => Math.abs(v - q[axis]))));
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

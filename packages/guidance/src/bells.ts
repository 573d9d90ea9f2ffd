import type { Plan } from './options.ts';
import type { Extremes, ScaledWriter } from './scale.ts';

// Clicks of a slice whose bells are whole and meet no other: where a map is drawn from nothing, one of
// these bells is scaled and the others are copies of it. The bits are those of `ImpulseFilter`, since a
// sum of one term is that term.

// Each pair of clicks is looked at, which for more of them costs more than it saves.
const MOST = 64;

// Kept from call to call, as render's working memory: the bells, once `takeBells` has told them apart.
const xs = new Int32Array(MOST);
const ys = new Int32Array(MOST);
const meets = new Uint8Array(MOST);
let count = 0;

/** Takes such clicks out of `pixels` (ascending); answers how many are left, at the front, in their order. */
export function takeBells({ width, height, radius, shape }: Plan, pixels: Int32Array): number {
  const { length } = pixels;
  count = 0;
  if (shape.length > 2 || length > MOST) return length;
  for (let i = 0; i < length; i++) {
    const y = (pixels[i] / width) | 0;
    const x = pixels[i] - y * width;
    ys[i] = y;
    xs[i] = x;
    meets[i] = Math.min(x, y, width - 1 - x, height - 1 - y) < radius ? 1 : 0;
    for (let j = 0; j < i; j++) {
      if (y - ys[j] <= 2 * radius && Math.abs(x - xs[j]) <= 2 * radius) meets[i] = meets[j] = 1;
    }
  }
  for (let i = 0; i < length; i++) {
    if (meets[i]) pixels[i - count] = pixels[i];
    else {
      xs[count] = xs[i];
      ys[count++] = ys[i];
    }
  }
  return length - count;
}

/** Joins the smallest and largest value of the bells that were taken to `extremes`. */
export function measureBells({ weights, radius }: Plan, extremes: Extremes): void {
  if (count === 0) return;
  // Products as the filter has them: `** 2` may differ from them in the last bit.
  extremes.min = Math.min(extremes.min, weights[0] * weights[0]);
  extremes.max = Math.max(extremes.max, weights[radius] * weights[radius]);
  extremes.seen += count * weights.length * weights.length;
}

/** Writes the bells that were taken into `map`, which `writer` is open on. */
export function writeBells(
  { weights, radius, width }: Plan,
  map: Float32Array | Float64Array,
  writer: ScaledWriter,
): void {
  const { length } = weights;
  for (let d = -radius; count > 0 && d <= radius; d++) {
    const left = xs[0] - radius;
    const from = (ys[0] + d) * width + left;
    writer.row(weights, -left, 0, ys[0] + d, left, left + length, weights[d + radius]);
    for (let i = 1; i < count; i++) {
      const to = (ys[i] + d) * width + xs[i] - radius;
      for (let x = 0; x < length; x++) map[to + x] = map[from + x];
    }
  }
}

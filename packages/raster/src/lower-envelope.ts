import { scratchDoubles, scratchInts } from './scratch.ts';

/**
 * Adds one axis to a squared distance field, in place, along one line: each value becomes the least of
 * `value[i] + weight * (x - i)^2` over all i.
 *
 * A background pixel (0) beats everything beyond it, so each run between two of them is an envelope of
 * its own.
 *
 * @param before - background lies just before the line; `after` likewise
 * @param lift - if above 0, values are still counts: `lift * count^2` is meant
 * @param scale - factor on the result; on its root unless `squared`
 */
export function lowerEnvelope(
  field: Float32Array | Float64Array,
  start: number,
  step: number,
  length: number,
  before: boolean,
  after: boolean,
  weight: number,
  lift: number,
  scale: number,
  squared: boolean,
): void {
  const sites = scratchInts(length + 2);
  // Per site: its value, and where its parabola becomes the lowest.
  const work = scratchDoubles(2 * (length + 2));
  const begins = length + 2;
  for (let a = 0; a < length; a++) {
    if (field[start + a * step] === 0) continue;
    let top = -1;
    if (a > 0 || before) {
      top = 0;
      sites[0] = a - 1;
      work[0] = 0;
      work[begins] = Number.NEGATIVE_INFINITY;
    }
    let b = a;
    for (; b <= length; b++) {
      let value = 0;
      if (b < length) {
        value = field[start + b * step];
        if (lift > 0) value = lift * value * value;
        if (value === Number.POSITIVE_INFINITY) continue;
      } else if (!after) break;
      let begin = Number.NEGATIVE_INFINITY;
      while (top >= 0) {
        // Counted from the middle of the two: heights at 0 would lose a long line's last digits.
        begin = (value - work[top]) / (2 * weight * (b - sites[top])) + 0.5 * (b + sites[top]);
        if (begin > work[begins + top]) break;
        top--;
      }
      if (top < 0) begin = Number.NEGATIVE_INFINITY;
      top++;
      sites[top] = b;
      work[top] = value;
      work[begins + top] = begin;
      if (value === 0) break;
    }
    const end = Math.min(b, length);
    for (let x = end - 1; x >= a; x--) {
      while (top > 0 && work[begins + top] > x) top--;
      const d = x - sites[top];
      const value = top < 0 ? Number.POSITIVE_INFINITY : work[top] + weight * d * d;
      field[start + x * step] = squared ? value * scale : Math.sqrt(value) * scale;
    }
    a = end;
  }
}

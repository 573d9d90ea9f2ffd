/** By what whole factor an image must be reduced so that neither side is longer than `most`. */
export const reduction = (most: number, ...sides: readonly number[]): number =>
  Math.max(1, Math.ceil(Math.max(...sides) / most));

/**
 * An image of which each `factor` x `factor` pixels are one, their mean; at the right and lower edge of as many as there are.
 * @param data - `height * width`
 */
export function reduced<T extends Int16Array | Uint8Array | Float32Array>(
  data: T,
  [height, width]: readonly [number, number],
  factor: number,
): T {
  if (factor === 1) return data;
  const [rows, columns] = [Math.ceil(height / factor), Math.ceil(width / factor)];
  const out = new (data.constructor as new (size: number) => T)(rows * columns);
  const whole = !(data instanceof Float32Array);
  const sums = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    const [from, to] = [row * factor, Math.min(height, (row + 1) * factor)];
    sums.fill(0);
    for (let y = from; y < to; y++) {
      for (let column = 0, x = 0, at = y * width; column < columns; column++) {
        let sum = 0;
        for (const end = Math.min(width, x + factor); x < end; x++) sum += data[at++] as number;
        sums[column] = (sums[column] as number) + sum;
      }
    }
    for (let column = 0; column < columns; column++) {
      const many = (to - from) * (Math.min(width, (column + 1) * factor) - column * factor);
      const mean = (sums[column] as number) / many;
      out[row * columns + column] = whole ? Math.round(mean) : mean;
    }
  }
  return out;
}

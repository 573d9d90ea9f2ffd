import { type Crop, LEFT } from './crop.ts';

/**
 * The pixels of a mask that lie within `reach` pixels, by the chessboard metric, of a pixel outside:
 * 1 in the band, 0 elsewhere, framed like the crop. It is the mask minus its erosion by a square
 * (cube) of `2 reach + 1`, done one axis at a time.
 */
export function innerBand(crop: Crop, dims: number, reach: number): Uint8Array {
  const { bytes, depth, height, width, row, plane, first } = crop;
  const kept = bytes.slice();
  // Every line starts and ends in the frame, so the pixels beyond it count as outside.
  for (let z = 0; z < depth; z++) {
    const from = first + z * plane + LEFT - 1;
    for (let y = 1; y <= height; y++) erodeLine(kept, from + y * row, 1, width + 2, reach);
    for (let x = 1; x <= width; x++) erodeLine(kept, from + x, row, height + 2, reach);
  }
  if (dims === 3) {
    for (let y = 1; y <= height; y++) {
      for (let x = 1; x <= width; x++) erodeLine(kept, y * row + x + LEFT - 1, plane, depth + 2, reach);
    }
  }
  for (let i = 0; i < kept.length; i++) kept[i] ^= bytes[i];
  return kept;
}

/** Clears `reach` elements at both ends of every run of ones. */
function erodeLine(line: Uint8Array, from: number, step: number, length: number, reach: number): void {
  for (let i = 0; i < length; i++) {
    if (line[from + i * step] === 0) continue;
    let end = i;
    while (line[from + end * step] !== 0) end++;
    for (let k = i; k < end; k++) {
      if (k < i + reach || k >= end - reach) line[from + k * step] = 0;
    }
    i = end;
  }
}

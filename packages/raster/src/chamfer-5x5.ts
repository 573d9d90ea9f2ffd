import type { Region } from './region.ts';

/**
 * Two raster passes with the 5 x 5 mask: axis, diagonal and knight's moves. The box lies in `work`
 * inside a ring two pixels wide.
 */
export function chamfer5x5(
  region: Region,
  work: Int32Array | Float64Array,
  far: number,
  a: number,
  b: number,
  c: number,
  unit: number,
  field: Float32Array,
): void {
  const { data, at, stride, to, toStride, before, after } = region;
  const [, height, width] = region.shape;
  const pitch = width + 4;
  const step = stride[2];
  const left = before[2] ? 0 : far;
  const right = after[2] ? 0 : far;
  work.fill(before[1] ? 0 : far, 0, 2 * pitch);
  work.fill(after[1] ? 0 : far, (height + 2) * pitch, (height + 4) * pitch);
  for (let y = 0; y < height; y++) {
    const row = (y + 2) * pitch + 2;
    work[row - 2] = work[row - 1] = left;
    work[row + width] = work[row + width + 1] = right;
  }
  for (let y = 0; y < height; y++) {
    let from = at + y * stride[1];
    const row = (y + 2) * pitch + 2;
    let w = left;
    for (let i = row, end = row + width; i < end; i++, from += step) {
      if (data[from] === 0) w = 0;
      else {
        const up = i - pitch;
        const far2 = up - pitch;
        let knight = work[far2 - 1];
        let v = work[far2 + 1];
        if (v < knight) knight = v;
        v = work[up - 2];
        if (v < knight) knight = v;
        v = work[up + 2];
        if (v < knight) knight = v;
        let slant = work[up - 1];
        v = work[up + 1];
        if (v < slant) slant = v;
        v = work[up];
        w = Math.min(v, w) + a;
        if (slant + b < w) w = slant + b;
        if (knight + c < w) w = knight + c;
      }
      work[i] = w;
    }
  }
  const scale = 1 / unit;
  for (let y = height - 1; y >= 0; y--) {
    const row = (y + 2) * pitch + 2;
    let o = to + y * toStride[1] + width - 1;
    let e = right;
    for (let i = row + width - 1; i >= row; i--, o--) {
      let best = work[i];
      if (best !== 0) {
        const down = i + pitch;
        const far2 = down + pitch;
        let knight = work[far2 - 1];
        let v = work[far2 + 1];
        if (v < knight) knight = v;
        v = work[down - 2];
        if (v < knight) knight = v;
        v = work[down + 2];
        if (v < knight) knight = v;
        let slant = work[down - 1];
        v = work[down + 1];
        if (v < slant) slant = v;
        v = work[down];
        if (v < e) e = v;
        if (e + a < best) best = e + a;
        if (slant + b < best) best = slant + b;
        if (knight + c < best) best = knight + c;
        work[i] = best;
        field[o] = best * scale;
      }
      e = best;
    }
  }
}

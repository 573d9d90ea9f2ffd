import type { Region } from './region.ts';

/**
 * Two raster passes with the 3 x 3 mask: each pixel takes the cheapest way from the neighbours
 * already visited. The box lies in `work` inside a ring one pixel wide.
 */
export function chamfer3x3(
  region: Region,
  work: Int32Array | Float64Array,
  far: number,
  a: number,
  b: number,
  unit: number,
  field: Float32Array,
): void {
  const { data, at, stride, to, toStride, before, after } = region;
  const [, height, width] = region.shape;
  const pitch = width + 2;
  const step = stride[2];
  const left = before[2] ? 0 : far;
  const right = after[2] ? 0 : far;
  work.fill(before[1] ? 0 : far, 0, pitch);
  work.fill(after[1] ? 0 : far, (height + 1) * pitch, (height + 2) * pitch);
  for (let y = 0; y < height; y++) {
    let from = at + y * stride[1];
    const row = (y + 1) * pitch + 1;
    let w = (work[row - 1] = left);
    let nw = work[row - pitch - 1];
    let n = work[row - pitch];
    for (let i = row, end = row + width; i < end; i++, from += step) {
      const ne = work[i - pitch + 1];
      if (data[from] === 0) w = 0;
      else {
        const slant = Math.min(nw, ne) + b;
        const straight = Math.min(n, w) + a;
        w = Math.min(slant, straight);
      }
      work[i] = w;
      nw = n;
      n = ne;
    }
    work[row + width] = right;
  }
  const scale = 1 / unit;
  for (let y = height - 1; y >= 0; y--) {
    const row = (y + 1) * pitch + 1;
    let o = to + y * toStride[1] + width - 1;
    let e = right;
    let se = work[row + pitch + width];
    let s = work[row + pitch + width - 1];
    for (let i = row + width - 1; i >= row; i--, o--) {
      const sw = work[i + pitch - 1];
      let v = work[i];
      if (v !== 0) {
        const slant = Math.min(sw, se) + b;
        const straight = Math.min(s, e) + a;
        if (slant < v) v = slant;
        if (straight < v) v = straight;
        work[i] = v;
        field[o] = v * scale;
      }
      e = v;
      se = s;
      s = sw;
    }
  }
}

import type { Region } from './region.ts';

/**
 * Two raster passes with the 3 x 3 x 3 mask; costs `a`, `b`, `c` for steps along one, two and three
 * axes. The box lies in `work` inside a shell one voxel thick.
 */
export function chamfer3x3x3(
  region: Region,
  work: Int32Array | Float64Array,
  far: number,
  a: number,
  b: number,
  c: number,
  unit: number,
  field: Float32Array,
): void {
  const { data, at, stride, to, toStride } = region;
  const [depth, height, width] = region.shape;
  const pitch = width + 2;
  const plane = (height + 2) * pitch;
  shell(region, work, far);
  const step = stride[2];
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      let from = at + z * stride[0] + y * stride[1];
      const row = (z + 1) * plane + (y + 1) * pitch + 1;
      for (let i = row, end = row + width; i < end; i++, from += step) {
        work[i] = data[from] === 0 ? 0 : cheapest(work, i, -plane, -pitch, -1, a, b, c);
      }
    }
  }
  const scale = 1 / unit;
  for (let z = depth - 1; z >= 0; z--) {
    for (let y = height - 1; y >= 0; y--) {
      const row = (z + 1) * plane + (y + 1) * pitch + 1;
      const o = to + z * toStride[0] + y * toStride[1];
      for (let x = width - 1; x >= 0; x--) {
        const i = row + x;
        const v = work[i];
        if (v === 0) continue;
        const w = cheapest(work, i, plane, pitch, 1, a, b, c);
        field[o + x] = (work[i] = Math.min(w, v)) * scale;
      }
    }
  }
}

/** The cheapest of the thirteen neighbours on one side: the plane `dz`, the row `dy`, the pixel `dx`. */
function cheapest(
  work: Int32Array | Float64Array,
  i: number,
  dz: number,
  dy: number,
  dx: number,
  a: number,
  b: number,
  c: number,
): number {
  const p = i + dz;
  const axis = Math.min(work[i + dx], work[i + dy], work[p]);
  const flat = Math.min(work[i + dy - 1], work[i + dy + 1]);
  const steep = Math.min(work[p - 1], work[p + 1], work[p - dy], work[p + dy]);
  const space = Math.min(work[p - dy - 1], work[p - dy + 1], work[p + dy - 1], work[p + dy + 1]);
  return Math.min(axis + a, Math.min(flat, steep) + b, space + c);
}

/** Fills the shell around the box: 0 where background lies there, `far` where nothing is known. */
function shell({ shape, before, after }: Region, work: Int32Array | Float64Array, far: number): void {
  const [depth, height, width] = shape;
  const pitch = width + 2;
  const plane = (height + 2) * pitch;
  const value = (known: boolean) => (known ? 0 : far);
  work.fill(value(before[0]), 0, plane);
  work.fill(value(after[0]), (depth + 1) * plane, (depth + 2) * plane);
  for (let z = 1; z <= depth; z++) {
    const top = z * plane;
    work.fill(value(before[1]), top, top + pitch);
    work.fill(value(after[1]), top + plane - pitch, top + plane);
    for (let y = 1; y <= height; y++) {
      work[top + y * pitch] = value(before[2]);
      work[top + y * pitch + pitch - 1] = value(after[2]);
    }
  }
}

/** Pixels from x0 up to, not including, x1, and so on. */
export interface Box {
  z0: number;
  z1: number;
  y0: number;
  y1: number;
  x0: number;
  x1: number;
}

/** A box to write into, so that an edit makes no garbage. */
export const newBox = (): Box => ({ z0: 0, z1: 0, y0: 0, y1: 0, x0: 0, x1: 0 });

/** Number of pixels in a box. */
export const volume = (b: Box): number => (b.z1 - b.z0) * (b.y1 - b.y0) * (b.x1 - b.x0);

/** Writes the smallest box around `a` and `b` into `out`. */
export function unite(a: Box, b: Box, out: Box): Box {
  out.z0 = Math.min(a.z0, b.z0);
  out.z1 = Math.max(a.z1, b.z1);
  out.y0 = Math.min(a.y0, b.y0);
  out.y1 = Math.max(a.y1, b.y1);
  out.x0 = Math.min(a.x0, b.x0);
  out.x1 = Math.max(a.x1, b.x1);
  return out;
}

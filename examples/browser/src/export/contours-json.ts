import { outlinesOf } from '../state/outlines.ts';
import type { Scan } from '../state/store.ts';
import type { Structure } from '../state/structure.ts';

/** The outlines of every structure, in pixels of their slice, for other programs. */
export function contoursJson({ name, volume, measured }: Scan, structures: readonly Structure[]): string {
  const { shape, spacing, affine } = volume;
  const round = (value: number) => Math.round(value * 1000) / 1000;
  const ring = (points: readonly { x: number; y: number }[]) =>
    points.map(({ x, y }) => [round(x), round(y)]);
  const pixel = measured ? spacing.x * spacing.y : 1;
  const file = {
    format: 'clickseg-contours',
    version: 1,
    // x to the right, y down, pixel centres at whole numbers; `affine` takes (x, y, slice, 1) to RAS+ mm.
    image: { name, shape, spacing: measured ? spacing : null, affine: measured ? affine : null },
    areaUnit: measured ? 'mm2' : 'px',
    structures: structures.map(({ name: title, label, color, slices }) => ({
      name: title,
      label,
      color,
      slices: [...slices]
        .filter(([, { mask }]) => mask.pixels > 0)
        .sort(([a], [b]) => a - b)
        .map(([slice, { mask }]) => ({
          slice,
          area: round(mask.pixels * pixel),
          polygons: outlinesOf(mask).map(({ outline, holes }) => ({
            outline: ring(outline),
            holes: holes.map(ring),
          })),
        })),
    })),
  };
  return JSON.stringify(file);
}

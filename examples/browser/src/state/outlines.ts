import type { Polygon } from '@clickseg/runtime';
import { contours } from 'd3-contour';
import type { MaskBox } from './mask-box.ts';

type Outlines = readonly Polygon[];
const known = new WeakMap<MaskBox, Outlines | (() => Outlines)>();

/**
 * Keeps the outlines that a prediction came with: they lie between pixels, as the probability does.
 * @param outlines - the outlines, or what computes them once they are drawn
 */
export function keepOutlines(mask: MaskBox, outlines: Outlines | (() => Outlines)): void {
  known.set(mask, outlines);
}

/** The outlines of a mask in pixels of its slice; of one without a probability, along its pixels. */
export function outlinesOf(mask: MaskBox): Outlines {
  const kept = known.get(mask) ?? trace(mask);
  const found = typeof kept === 'function' ? kept() : kept;
  known.set(mask, found);
  return found;
}

function trace({ x, y, width, height, data, pixels }: MaskBox): Polygon[] {
  if (pixels === 0) return [];
  // d3-contour only indexes its values; its types know plain arrays alone. Its pixel centres lie at halves.
  const { coordinates } = contours()
    .size([width, height])
    .contour(data as unknown as number[], 0.5);
  const ring = (points: readonly (readonly number[])[]) =>
    points.slice(0, -1).map(([px, py]) => ({ x: (px as number) + x - 0.5, y: (py as number) + y - 0.5 }));
  return coordinates.map(([outline, ...holes]) => ({ outline: ring(outline ?? []), holes: holes.map(ring) }));
}

import { contours as marchingSquares } from 'd3-contour';

/** A point in image pixels: x right, y down, pixel centres at integers. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** One piece of a mask: its outer ring and its holes. Rings are closed without repeating a point. */
export interface Polygon {
  readonly outline: readonly Point[];
  readonly holes: readonly (readonly Point[])[];
}

/**
 * The outlines of `probability >= threshold`, interpolated between pixel centres (d3-contour's
 * marching squares); at the image's frame they close half a pixel outside the outermost centres.
 *
 * @param probability - dense `[h, w]`
 * @param shape - `[h, w]`
 */
export function outlines(probability: Float32Array, shape: readonly number[], threshold: number): Polygon[] {
  const [h, w] = shape;
  // d3-contour only indexes its values; its types know plain arrays alone.
  const values = probability as unknown as number[];
  const { coordinates } = marchingSquares().size([w, h]).contour(values, threshold);
  return coordinates.map(([outline, ...holes]) => ({ outline: ring(outline), holes: holes.map(ring) }));
}

// d3-contour has pixel centres at halves and repeats the first point at the end.
function ring(positions: readonly (readonly number[])[]): Point[] {
  return positions.slice(0, -1).map(([x, y]) => ({ x: x - 0.5, y: y - 0.5 }));
}

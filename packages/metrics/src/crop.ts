import type { Box } from './box.ts';
import { type ByteMask, volumeShape } from './mask.ts';

/**
 * The joint box of a pair, cut out of one mask as 0/1 with a background frame one pixel wide, so that
 * no kernel tests for the border: what lies outside the image is background, as in MedPy, MONAI and
 * surface-distance.
 */
export interface Crop {
  readonly bytes: Uint8Array;
  /** Size of the box without its frame. */
  readonly depth: number;
  readonly height: number;
  readonly width: number;
  /** Elements from one row, and from one slice, to the next. */
  readonly row: number;
  readonly plane: number;
}

/** Bytes that {@link cropMask} takes for a box. */
export function cropBytes(box: Box): number {
  return (box.z1 - box.z0 + 3) * (box.y1 - box.y0 + 3) * (box.x1 - box.x0 + 3);
}

/** Cuts `box` out of a mask. */
export function cropMask(mask: ByteMask, box: Box): Crop {
  const [, imageHeight, imageWidth] = volumeShape(mask.shape);
  const depth = box.z1 - box.z0 + 1;
  const height = box.y1 - box.y0 + 1;
  const width = box.x1 - box.x0 + 1;
  const row = width + 2;
  const plane = row * (height + 2);
  const bytes = new Uint8Array(plane * (depth + 2));
  const source = mask.bytes;
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const from = ((z + box.z0) * imageHeight + y + box.y0) * imageWidth + box.x0;
      const to = (z + 1) * plane + (y + 1) * row + 1;
      for (let x = 0; x < width; x++) if (source[from + x] !== 0) bytes[to + x] = 1;
    }
  }
  return { bytes, depth, height, width, row, plane };
}

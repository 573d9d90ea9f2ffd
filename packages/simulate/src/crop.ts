import { type Border, type DenseRaster, denseStride } from '@clickseg/raster';
import type { ErrorRegion } from './errors-found.ts';
import type { Pair } from './pair.ts';
import { bytes, cropPlaces } from './scratch.ts';

/** An error region cut out of its image, as a mask whose own border needs no further thought. */
export interface Crop {
  /** 0/1, `[h, w]` or `[d, h, w]`; in working memory that the next crop overwrites. */
  readonly mask: DenseRaster<Uint8Array>;
  /** Positions in `mask` of the region's pixels, in raster order; overwritten likewise. */
  readonly places: Int32Array;
  /** Where the mask's first pixel lies in the image; -1 where the frame was added as background. */
  readonly z: number;
  readonly y: number;
  readonly x: number;
  /** False where the region fills the whole image and the frame is ignored: no distance exists then. */
  readonly hasBackground: boolean;
}

/**
 * Cuts one error region out with a margin of one background pixel, which makes its distance field equal
 * to that of the whole image: for any pixel the nearest background outside the box has one on the margin
 * that is at least as near. Where the box touches the image's edge the margin exists only if the frame is
 * background.
 */
export function cropRegion(pair: Pair, r: ErrorRegion, border: Border): Crop {
  const [depth, height, width] = pair.size;
  const flat = pair.shape.length === 2;
  const out = border === 'background' ? 1 : 0;
  const z0 = flat ? 0 : Math.max(-out, r.z0 - 1);
  const z1 = flat ? 1 : Math.min(depth + out, r.z1 + 1);
  const y0 = Math.max(-out, r.y0 - 1);
  const y1 = Math.min(height + out, r.y1 + 1);
  const x0 = Math.max(-out, r.x0 - 1);
  const x1 = Math.min(width + out, r.x1 + 1);
  const [d, h, w] = [z1 - z0, y1 - y0, x1 - x0];
  const n = d * h * w;
  const data = bytes.crop(n).fill(0);
  const { pixels, area } = r;
  const places = cropPlaces(area);
  for (let k = 0, end = 0, shift = 0; k < area; k++) {
    const i = pixels[k];
    if (i >= end) {
      // One division a row, not a pixel.
      const row = Math.floor(i / width);
      const z = Math.floor(row / height);
      end = (row + 1) * width;
      shift = ((z - z0) * h + row - z * height - y0) * w - x0 - row * width;
    }
    places[k] = i + shift;
    data[i + shift] = 1;
  }
  const shape = flat ? [h, w] : [d, h, w];
  const mask = { data, shape, stride: denseStride(shape), offset: 0 as const };
  return { mask, places, z: z0, y: y0, x: x0, hasBackground: area < n };
}

/** The image's coordinates of a position in the crop. */
export function placeOf(crop: Crop, index: number): { x: number; y: number; z?: number } {
  const { shape } = crop.mask;
  const lead = shape.length - 2;
  const [h, w] = [shape[lead], shape[lead + 1]];
  const x = crop.x + (index % w);
  const y = crop.y + (Math.floor(index / w) % h);
  return lead === 0 ? { x, y } : { x, y, z: crop.z + Math.floor(index / (w * h)) };
}

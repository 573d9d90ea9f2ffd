import { byteBox } from './box.ts';
import { maskBytes } from './bytes.ts';
import { checkOptions } from './check-options.ts';
import { type Connectivity, reachOf, stepsOf } from './connectivity.ts';
import { checkRaster, type DenseRaster, type Raster, raster, sizeOf } from './raster.ts';

export interface BoundaryOptions {
  /** Which neighbours of background make a pixel boundary; default 4 on a slice, 6 on a volume (as MedPy). */
  readonly connectivity?: Connectivity;
}

export const BOUNDARY_DEFAULTS = { connectivity: { slice: 4, volume: 6 } } as const;

/**
 * The inside pixels that touch background: the mask without its erosion. The frame counts as
 * background, so inside pixels at the edge of the image are boundary (MedPy, MONAI, SciPy's
 * `binary_erosion` with `border_value=0`).
 *
 * @param mask - `[h, w]` or `[d, h, w]`, any typed array, non-zero = inside
 * @returns Uint8 of 0/1, dense, shape of the mask
 * @throws ClicksegError `invalid-array`, `invalid-shape`, or `invalid-option` for a connectivity other
 * than 4, 8 (slice) or 6, 18, 26 (volume)
 */
export function boundary(mask: Raster, options: BoundaryOptions = {}): DenseRaster<Uint8Array> {
  checkRaster(mask, 'boundary: mask');
  const dims = mask.shape.length;
  const usual = BOUNDARY_DEFAULTS.connectivity[dims === 3 ? 'volume' : 'slice'];
  const steps = stepsOf(
    reachOf(checkOptions(options, 'boundary').connectivity ?? usual, dims, 'boundary'),
    dims,
    'all',
  );
  const result = new Uint8Array(sizeOf(mask.shape));
  const bytes = maskBytes(mask);
  const box = byteBox(bytes);
  if (box === undefined) return raster(result, mask.shape);
  const { data, at, shape, stride } = bytes;
  const [depth, height, width] = shape;
  const ways = steps.map(([dz, dy, dx]) => dz * stride[0] + dy * stride[1] + dx * stride[2]);
  const [z0, y0, x0, z1, y1, x1] = box;
  for (let z = z0; z < z1; z++) {
    for (let y = y0; y < y1; y++) {
      const row = at + z * stride[0] + y * stride[1];
      const framed = (dims === 3 && (z === 0 || z === depth - 1)) || y === 0 || y === height - 1;
      const to = (z * height + y) * width;
      for (let x = x0; x < x1; x++) {
        const from = row + x * stride[2];
        if (data[from] === 0) continue;
        let touches = framed || x === 0 || x === width - 1;
        for (let s = 0; s < ways.length && !touches; s++) touches = data[from + ways[s]] === 0;
        if (touches) result[to + x] = 1;
      }
    }
  }
  return raster(result, mask.shape);
}

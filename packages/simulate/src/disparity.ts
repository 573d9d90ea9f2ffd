import { checkOptions, type DenseRaster, denseStride, type Raster, sizeOf } from '@clickseg/raster';
import { type Ignore, readPair } from './pair.ts';

export interface DisparityOptions {
  /** Pixels that count neither as missed nor as spilled: a mask, or a value of `gt`. Default: none. */
  readonly ignore?: Ignore;
}

export const DISPARITY_DEFAULTS: DisparityOptions = { ignore: undefined };

/**
 * The disparity D = Gt - P (paper, section III-B.1): +1 where the prediction missed the structure, -1
 * where it spilled out of it, 0 where they agree or where pixels are ignored.
 *
 * @param gt - reference, `[h, w]` or `[d, h, w]`, non-zero = inside
 * @param pred - prediction of the same shape, non-zero = inside (threshold probabilities first)
 * @returns Int8, dense, same shape
 * @throws ClicksegError `invalid-array`, `invalid-shape`, `shape-mismatch`, `not-finite` or `invalid-option`
 */
export function disparity(gt: Raster, pred: Raster, options: DisparityOptions = {}): DenseRaster<Int8Array> {
  const pair = readPair(gt, pred, checkOptions(options, 'disparity').ignore, 'disparity');
  const n = sizeOf(pair.shape);
  const data = new Int8Array(n);
  const { gt: g, pred: p } = pair;
  for (let i = 0; i < n; i++) data[i] = (g[i] !== 0 ? 1 : 0) - (p[i] !== 0 ? 1 : 0);
  return { data, shape: [...pair.shape], stride: denseStride(pair.shape), offset: 0 };
}

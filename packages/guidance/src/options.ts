import { ClicksegError, checkShape, describe, sizeOf } from '@clickseg/raster';
import type { Box } from './box.ts';
import { type GaussianKernel, gaussianKernel } from './kernel.ts';

/** The typed arrays that maps are made of. */
export interface Dtypes {
  float32: Float32Array;
  float64: Float64Array;
}

/** Name of a map's number type. */
export type Dtype = keyof Dtypes;

/** How clicks become Gaussian maps. */
export interface GuidanceOptions<D extends Dtype = 'float32'> {
  /** `[height, width]` or `[depth, height, width]` of the image, in pixels. */
  readonly shape: readonly number[];
  /** Standard deviation in pixels, along every axis. Default 2 (the paper, III-B). At most 10,000. */
  readonly sigma?: number;
  /** `sampled` (SciPy; default) or `erf` (MONAI, for networks trained there). */
  readonly kernel?: GaussianKernel;
  /** Number type of the maps. Default `float32`; `float64` agrees with SciPy to 1e-12. */
  readonly dtype?: D;
}

/** Defaults of {@link GuidanceOptions}: the paper's sigma, SciPy's kernel. */
export const GUIDANCE_DEFAULTS = { sigma: 2, kernel: 'sampled', dtype: 'float32' } as const;

/** Checked options, in the form that the kernels take. A slice is a volume of depth 1. */
export interface Plan {
  readonly shape: readonly number[];
  readonly depth: number;
  readonly height: number;
  readonly width: number;
  readonly size: number;
  readonly weights: Float64Array;
  readonly radius: number;
  readonly dtype: Dtype;
  /** The box of the whole map. */
  readonly everything: Box;
}

// A radius beyond 40,000 pixels is a mistake (a sigma in another unit), not a guidance map.
const MAX_SIGMA = 10_000;

/** Checks options at the door. */
export function plan(options: GuidanceOptions<Dtype>, what: string): Plan {
  const {
    shape,
    sigma = GUIDANCE_DEFAULTS.sigma,
    kernel = GUIDANCE_DEFAULTS.kernel,
    dtype = GUIDANCE_DEFAULTS.dtype,
  } = checkOptions(options, what);
  if (typeof sigma !== 'number' || !(sigma > 0 && sigma <= MAX_SIGMA)) {
    const range = `above 0 and at most ${MAX_SIGMA}`;
    throw new ClicksegError('invalid-option', `${what}: sigma ${describe(sigma)} is not ${range}`);
  }
  if (kernel !== 'sampled' && kernel !== 'erf') {
    throw new ClicksegError('invalid-option', `${what}: kernel ${describe(kernel)} is not sampled or erf`);
  }
  if (dtype !== 'float32' && dtype !== 'float64') {
    throw new ClicksegError('invalid-option', `${what}: dtype ${describe(dtype)} is not float32 or float64`);
  }
  const [depth, height, width] = shape.length === 3 ? shape : [1, shape[0], shape[1]];
  const weights = gaussianKernel(sigma, kernel, Math.max(depth, height, width) - 1);
  const radius = (weights.length - 1) / 2;
  const everything = { z0: 0, z1: depth, y0: 0, y1: height, x0: 0, x1: width };
  return { shape: [...shape], depth, height, width, size: sizeOf(shape), weights, radius, dtype, everything };
}

/** Checks that options are an object with a shape, the one option without a default. */
export function checkOptions<T extends { readonly shape: readonly number[] }>(options: T, what: string): T {
  if (typeof options !== 'object' || options === null) {
    throw new ClicksegError('invalid-option', `${what}: expected { shape }, got ${describe(options)}`);
  }
  checkShape(options.shape, `${what}: shape`);
  return options;
}

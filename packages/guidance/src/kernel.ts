import { erf } from './erf.ts';

/**
 * Which Gaussian: `sampled` is SciPy's `gaussian_filter` (truncate 4, weights sum to 1), `erf` is
 * MONAI's (the integral over each pixel, not renormalised). They differ by 7.7e-3 at sigma 2.
 */
export type GaussianKernel = 'sampled' | 'erf';

/**
 * One axis of the Gaussian, 2 * radius + 1 weights, cut to `reach` where no image is longer.
 *
 * @param sigma - in pixels
 * @param reach - the largest offset that can occur, so the image's longest side less one
 */
export function gaussianKernel(sigma: number, kernel: GaussianKernel, reach: number): Float64Array {
  const half = kernel === 'erf' ? integrated(sigma) : sampled(sigma);
  const radius = Math.min(half.length - 1, reach);
  const weights = new Float64Array(2 * radius + 1);
  for (let d = 0; d <= radius; d++) weights[radius - d] = weights[radius + d] = half[d];
  return weights;
}

function sampled(sigma: number): Float64Array {
  const radius = Math.floor(4 * sigma + 0.5);
  const half = new Float64Array(radius + 1);
  let sum = 0;
  // From the small weights to the large ones, which loses least.
  for (let d = radius; d > 0; d--) sum += 2 * (half[d] = Math.exp((-0.5 / (sigma * sigma)) * d * d));
  sum += half[0] = 1;
  for (let d = 0; d <= radius; d++) half[d] /= sum;
  return half;
}

function integrated(sigma: number): Float64Array {
  // MONAI never goes below one pixel on either side.
  const radius = Math.floor(Math.max(4 * sigma, 0.5) + 0.5);
  const half = new Float64Array(radius + 1);
  const scale = Math.SQRT1_2 / sigma;
  for (let d = 0; d <= radius; d++) {
    half[d] = Math.max(0, 0.5 * (erf(scale * (d + 0.5)) - erf(scale * (d - 0.5))));
  }
  return half;
}

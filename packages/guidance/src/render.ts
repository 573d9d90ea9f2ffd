import type { DenseRaster } from '@clickseg/raster';
import { measureBells, takeBells, writeBells } from './bells.ts';
import type { Click } from './click.ts';
import { ImpulseFilter } from './filter.ts';
import { type Dtype, type Dtypes, type GuidanceOptions, type Plan, plan } from './options.ts';
import { checkOut, denseOf, newPair } from './output.ts';
import { pixelsOf } from './pixel.ts';
import { Extremes, ScaledWriter } from './scale.ts';

/** Options of {@link renderGuidance}. */
export interface RenderOptions<D extends Dtype = 'float32'> extends GuidanceOptions<D> {
  /** Memory to write into, 2 * pixels long and of `dtype`; overwritten. Default: new memory. */
  readonly out?: Dtypes[D];
}

/**
 * Clicks as the two guidance maps of the paper (III-B): unit impulses (a repeated pixel counts once),
 * Gaussian filter with a zero border, then scaled to [0, 1] by each map's own minimum and maximum.
 *
 * Clicks whose Gaussians overlap add up before they are scaled, so that a lone click then lies below 1,
 * as in the paper and in MONAI. A map without clicks is zeros, and so is one that is the same everywhere.
 *
 * @param clicks - at most one a pixel counts; fractional coordinates go to the nearest pixel, halves up
 * @returns `[2, ...shape]`, C order, in [0, 1]: foreground, background
 * @throws ClicksegError `invalid-shape`, `too-large`, `invalid-option`, `invalid-array`, `invalid-point`
 */
export function renderGuidance<D extends Dtype = 'float32'>(
  clicks: readonly Click[],
  options: RenderOptions<D>,
): DenseRaster<Dtypes[D]> {
  const what = 'renderGuidance';
  const p = plan(options, what);
  const { out } = options;
  if (out !== undefined) checkOut(out, 2 * p.size, p.dtype, what);
  const pixels = pixelsOf(clicks, p.shape, what);
  const data = out ?? (newPair(p.size, p.dtype, what) as Dtypes[D]);
  if (out !== undefined) data.fill(0);
  pixels.forEach((list, c) => {
    draw(p, list, data.subarray(c * p.size, (c + 1) * p.size));
  });
  return denseOf(data, [2, ...p.shape]);
}

// Working memory, kept from call to call: it grows to what the largest map so far needed. No call
// yields half-way, so that none can meet another's numbers.
const filter = new ImpulseFilter();
const extremes = new Extremes();
const writer = new ScaledWriter();

/** Draws one map over zeros: first its extremes, then its scaled values. */
function draw(p: Plan, pixels: Int32Array, map: Float32Array | Float64Array): void {
  if (pixels.length === 0) return;
  filter.load(p, pixels, takeBells(p, pixels), p.everything);
  extremes.reset();
  filter.each(extremes, false);
  measureBells(p, extremes);
  extremes.close(p.size);
  writer.open(p, map, extremes.min, extremes.max);
  filter.again(writer, false);
  writeBells(p, map, writer);
}

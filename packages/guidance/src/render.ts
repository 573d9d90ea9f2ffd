import { ClicksegError, type DenseRaster, describe } from '@clickseg/raster';
import { type Box, newBox } from './box.ts';
import type { Click } from './click.ts';
import { ImpulseFilter } from './filter.ts';
import { type Dtype, type Dtypes, type GuidanceOptions, type Plan, plan } from './options.ts';
import { checkOut, newPair, pairOf } from './output.ts';
import { channelOf, pixelOf } from './pixel.ts';
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
  if (out !== undefined) checkOut(out, p, what);
  sort(clicks, p, what);
  const data = out ?? (newPair(p.size, p.dtype, what) as Dtypes[D]);
  if (out !== undefined) data.fill(0);
  // One view a channel, not one view moved: both share the memory of `data`.
  for (const channel of [0, 1] as const) {
    const map = data.subarray(channel * p.size, (channel + 1) * p.size);
    draw(p, lists[channel], counts[channel], map);
  }
  return pairOf(data, p.shape);
}

// Working memory, kept from call to call: it grows to what the largest map so far needed. No call
// yields half-way, so that none can meet another's numbers.
const filter = new ImpulseFilter();
const extremes = new Extremes();
const writer = new ScaledWriter();
const everything: Box = newBox();
const lists = [new Int32Array(32), new Int32Array(32)];
const counts = [0, 0];

/** Draws one map over zeros: first its extremes, then its scaled values. */
function draw(p: Plan, pixels: Int32Array, count: number, map: Float32Array | Float64Array): void {
  if (count === 0) return;
  everything.z1 = p.depth;
  everything.y1 = p.height;
  everything.x1 = p.width;
  filter.load(p, pixels, count, everything);
  extremes.reset(filter.reach < p.size);
  filter.each(extremes, false);
  extremes.close(p.size);
  writer.open(p, map, extremes.min, extremes.max);
  filter.again(writer, false);
}

/** Fills `lists` with the clicked pixels of each map, in raster order, each once. */
function sort(clicks: readonly Click[], p: Plan, what: string): void {
  if (!Array.isArray(clicks)) {
    throw new ClicksegError('invalid-point', `${what}: expected an array of clicks, got ${describe(clicks)}`);
  }
  counts[0] = counts[1] = 0;
  for (const click of clicks as readonly Click[]) {
    const channel = channelOf(click, what);
    const pixel = pixelOf(click, p.shape, what);
    let list = lists[channel];
    if (counts[channel] === list.length) {
      list = new Int32Array(2 * list.length);
      list.set(lists[channel]);
      lists[channel] = list;
    }
    list[counts[channel]++] = pixel;
  }
  for (const channel of [0, 1] as const) {
    const list = lists[channel];
    ascending(list, counts[channel]);
    let kept = 0;
    for (let i = 0; i < counts[channel]; i++) {
      if (kept === 0 || list[i] !== list[kept - 1]) list[kept++] = list[i];
    }
    counts[channel] = kept;
  }
}

function ascending(list: Int32Array, count: number): void {
  if (count > 64) {
    list.subarray(0, count).sort();
    return;
  }
  // For a handful of clicks the call alone costs more than this.
  for (let i = 1; i < count; i++) {
    const value = list[i];
    let at = i;
    for (; at > 0 && list[at - 1] > value; at--) list[at] = list[at - 1];
    list[at] = value;
  }
}

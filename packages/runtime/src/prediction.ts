import type { PlacedClick } from '@clickseg/guidance';
import { type Box, ClicksegError, type DenseRaster, raster } from '@clickseg/raster';
import { outlines, type Polygon } from './contours.ts';

/** Where a prediction's time went, in milliseconds. */
export interface PredictionTimings {
  /** From the call until its turn came; other predictions of the same segmenter ran meanwhile. */
  readonly waiting: number;
  /** Clicks to guidance maps and the network's input. */
  readonly guidance: number;
  /** The network. */
  readonly inference: number;
  /** Back to the image's grid, clicks obeyed, locks, threshold, area: all the rest. */
  readonly resample: number;
  /** From the call to the result; all of the above. */
  readonly total: number;
}

/** What {@link Interaction.predict} answers, on the image's own grid. */
export interface Prediction {
  /** `[h, w]` of 0 and 1: 1 where the probability is at least the model's threshold. */
  readonly mask: DenseRaster<Uint8Array>;
  /** `[h, w]`, 0 to 1; 0 outside the window of an image larger than the model's. */
  readonly probability: DenseRaster<Float32Array>;
  /**
   * The mask's outlines with holes in image pixels; computed from {@link probability} when first read.
   * @throws ClicksegError `invalid-array` where that was transferred to a worker before
   */
  readonly contours: readonly Polygon[];
  /** Area of the mask in {@link areaUnit}. */
  readonly area: number;
  /** `mm2`, or `px` where the image was opened without a spacing. */
  readonly areaUnit: 'mm2' | 'px';
  /** The clicks it answers to. */
  readonly clicks: readonly PlacedClick[];
  readonly timings: PredictionTimings;
}

/** Thresholds a probability and wraps it up. */
export function createPrediction(
  probability: Float32Array,
  options: {
    readonly shape: readonly number[];
    readonly threshold: number;
    /** mm `[row, column]` of the image */
    readonly spacing: readonly number[] | undefined;
    /** Where alone the probability is above 0; not given, anywhere. */
    readonly seen: Box | undefined;
    readonly clicks: readonly PlacedClick[];
    /** Asked once the work is done. */
    readonly timings: () => PredictionTimings;
  },
): Prediction {
  const { shape, threshold, spacing, clicks } = options;
  const seen = options.seen ?? { start: [0, 0], shape };
  const [[top, left], [rows, columns]] = [seen.start, seen.shape];
  const mask = new Uint8Array(probability.length);
  let count = 0;
  for (let y = top; y < top + rows; y++) {
    const from = y * shape[1] + left;
    count += cut(probability, threshold, mask, from, from + columns);
  }
  let contours: readonly Polygon[] | undefined;
  return {
    mask: raster(mask, shape),
    probability: raster(probability, shape),
    get contours() {
      // Marching squares costs more than all the rest here, and a dragging user needs it rarely.
      if (contours === undefined && probability.length === 0) {
        throw new ClicksegError('invalid-array', 'contours: the probabilities were transferred away before');
      }
      contours ??= outlines(probability, shape, threshold);
      return contours;
    },
    area: spacing === undefined ? count : count * spacing[0] * spacing[1],
    areaUnit: spacing === undefined ? 'px' : 'mm2',
    clicks,
    timings: options.timings(),
  };
}

/**
 * Marks in `mask` what reaches the threshold, from one index up to another, and counts it.
 *
 * Apart, since variables that a getter captures are slow in a loop over every pixel; and a loop, since `from` with a
 * function takes ten times as long.
 */
export function cut(
  probability: Float32Array,
  threshold: number,
  mask: Uint8Array,
  from: number,
  to: number,
): number {
  let count = 0;
  for (let i = from; i < to; i++) {
    if (!(probability[i] >= threshold)) continue;
    mask[i] = 1;
    count++;
  }
  return count;
}

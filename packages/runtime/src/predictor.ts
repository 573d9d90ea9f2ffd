import type { PlacedClick } from '@clickseg/guidance';
import { obeyClicks } from '@clickseg/guidance/obey';
import { type Box, raster } from '@clickseg/raster';
import { createFrame, type Part, type Spot } from './frame.ts';
import type { Network } from './network.ts';
import type { PreparedImage } from './preprocess.ts';
import { maskOn, type PreviousMask, rememberMasks } from './previous-mask.ts';
import { createResampler } from './resample.ts';
import { windowOrigin, windowSize } from './window.ts';
import { createZoomPredictor } from './zoom-predictor.ts';

/** Clicks to probabilities on one image; one call at a time. */
export interface Predictor {
  /** A new array on the image's grid each time. */
  run(clicks: readonly PlacedClick[], signal?: AbortSignal): Promise<RawPrediction>;
}

/** Probabilities on the image's grid, before locks and threshold, and what took how long (ms). */
export interface RawPrediction {
  readonly probability: Float32Array;
  /** Outside of it every probability is 0; the whole image where not given. */
  readonly seen?: Box;
  readonly guidance: number;
  readonly inference: number;
}

/** As the network gave it, whether it obeys its clicks or not. */
export interface NetworkAnswer extends RawPrediction {
  /** Image pixels that a network pixel covers, `[rows, columns]`. */
  readonly pitch: readonly [number, number];
}

/** Clicks, and the mask before the newest of them, to what the network answers; one call at a time. */
export interface NetworkPredictor {
  /** @param previous - told apart by identity; undefined where nothing was answered before, or the model does not ask */
  run(
    clicks: readonly PlacedClick[],
    previous: PreviousMask | undefined,
    signal?: AbortSignal,
  ): Promise<NetworkAnswer>;
}

/** Clicks on one opened image to probabilities, in the way that the model was trained for. */
export function createPredictor(image: PreparedImage, network: Network): Predictor {
  const predictor = network.metadata.zoom
    ? createZoomPredictor(image, network, network.metadata.zoom)
    : createGridPredictor(image, network);
  const { certainty, sigma, previousMask, threshold } = network.metadata;
  const [h, w] = image.grid.image;

  const answerTo: NetworkPredictor['run'] = async (clicks, previous, signal) => {
    const answer = await predictor.run(clicks, previous, signal);
    if (certainty) {
      const { probability, seen: within, pitch } = answer;
      const reach = [sigma * pitch[0], sigma * pitch[1]] as const;
      obeyClicks(raster(probability, [h, w]), clicks, { certainty, sigma: reach, within });
    }
    return answer;
  };
  const answer: Predictor['run'] = previousMask
    ? rememberMasks([h, w], threshold, answerTo)
    : (clicks, signal) => answerTo(clicks, undefined, signal);
  return {
    async run(clicks, signal) {
      if (!clicks.some(({ label }) => label === 'foreground')) {
        // There is nothing to outline: docs/decisions/0502.
        return { probability: new Float32Array(h * w), guidance: 0, inference: 0 };
      }
      return answer(clicks, signal);
    },
  };
}

/**
 * One pass on the model's working grid. All buffers are made once: a prediction allocates its result
 * and little else.
 */
function createGridPredictor(image: PreparedImage, network: Network): NetworkPredictor {
  const { metadata, io } = network;
  const [workingH, workingW] = image.shape;
  const [imageH, imageW] = image.grid.image;
  const size = windowSize(image.shape, metadata, io.fixed);
  const [h, w] = size;
  const frame = createFrame(network, size);
  const working = new Float32Array(workingH * workingW);
  const resampler = createResampler(image.shape, image.grid.image);
  let origin = { x: -1, y: -1 };
  let shown: PreviousMask | undefined;

  const seen = (data: Float32Array): Part => ({
    data,
    width: workingW,
    ...origin,
    columns: Math.min(w, workingW - origin.x),
    rows: Math.min(h, workingH - origin.y),
  });

  function fillFrame(clicks: readonly PlacedClick[], previous: PreviousMask | undefined): void {
    const pixels = clicks.map((click) => image.grid.toWorking(click));
    const to = windowOrigin(image.shape, size, metadata.sizeMultiple, pixels);
    const moved = to.x !== origin.x || to.y !== origin.y;
    if (moved) {
      origin = to;
      frame.load(seen(image.data));
    }
    if (previous !== shown || (moved && shown)) {
      shown = previous;
      frame.show(previous && seen(maskOn(previous, image.shape)));
    }
    const spots = new Map<number, Spot>();
    clicks.forEach(({ id, label }, i) => {
      const x = pixels[i].x - origin.x;
      const y = pixels[i].y - origin.y;
      if (x >= 0 && x < w && y >= 0 && y < h) spots.set(id, { x, y, label });
    });
    frame.place(spots);
  }

  return {
    async run(clicks, previous, signal) {
      const probability = new Float32Array(imageH * imageW);
      const begun = performance.now();
      fillFrame(clicks, previous);
      const filled = performance.now();
      const output = await frame.run(signal);
      const ran = performance.now();
      if (h < workingH || w < workingW) working.fill(0);
      frame.read(output, seen(working));
      resampler.run(working, probability);
      return {
        probability,
        pitch: [imageH / workingH, imageW / workingW],
        guidance: filled - begun,
        inference: ran - filled,
      };
    },
  };
}

import { createGuidance, type PlacedClick } from '@clickseg/guidance';
import { type Network, runNetwork, toProbability } from './network.ts';
import type { PreparedImage } from './preprocess.ts';
import { createResampler } from './resample.ts';
import { windowOrigin, windowSize } from './window.ts';

/** Clicks to probabilities on one image; one call at a time. */
export interface Predictor {
  /** A new array on the image's grid each time. */
  run(clicks: readonly PlacedClick[], signal?: AbortSignal): Promise<RawPrediction>;
}

/** Probabilities on the image's grid, before locks and threshold, and what took how long (ms). */
export interface RawPrediction {
  readonly probability: Float32Array;
  readonly guidance: number;
  readonly inference: number;
  readonly resample: number;
}

/** Where a click lies in the window. */
interface Spot {
  readonly x: number;
  readonly y: number;
  readonly label: PlacedClick['label'];
}

/**
 * All buffers of one opened image: the network's input with the image in its first channel, the
 * guidance maps (changed only by what a click changes), the working grid's probability. A
 * prediction allocates its result and little else.
 */
export function createPredictor(image: PreparedImage, network: Network): Predictor {
  const { metadata, io } = network;
  const [workingH, workingW] = image.shape;
  const size = windowSize(image.shape, metadata, io.fixed);
  const [h, w] = size;
  const input = new Float32Array(3 * h * w);
  const guidance = createGuidance({ shape: size, sigma: metadata.sigma, kernel: metadata.kernel });
  const placed = new Map<number, Spot & { readonly key: number }>();
  const working = new Float32Array(workingH * workingW);
  const resampler = createResampler(image.shape, image.grid.image);
  let origin = { x: -1, y: -1 };

  function moveWindow(to: { x: number; y: number }): void {
    if (to.x === origin.x && to.y === origin.y) return;
    origin = to;
    guidance.clear();
    placed.clear();
    input.fill(0, 0, h * w);
    for (let y = 0; y < Math.min(h, workingH - to.y); y++) {
      const from = (to.y + y) * workingW + to.x;
      input.set(image.data.subarray(from, from + Math.min(w, workingW - to.x)), y * w);
    }
  }

  function placeClicks(wanted: ReadonlyMap<number, Spot>): void {
    for (const [id, { key, label }] of placed) {
      if (wanted.get(id)?.label === label) continue;
      guidance.remove(key);
      placed.delete(id);
    }
    for (const [id, spot] of wanted) {
      const now = placed.get(id);
      if (now?.x === spot.x && now.y === spot.y) continue;
      const key = now?.key ?? guidance.add(spot);
      if (now !== undefined) guidance.move(key, spot);
      placed.set(id, { ...spot, key });
    }
  }

  function fillInput(clicks: readonly PlacedClick[]): void {
    const pixels = clicks.map((click) => image.grid.toWorking(click));
    moveWindow(windowOrigin(image.shape, size, metadata.sizeMultiple, pixels));
    const wanted = new Map<number, Spot>();
    clicks.forEach(({ id, label }, i) => {
      const x = pixels[i].x - origin.x;
      const y = pixels[i].y - origin.y;
      if (x >= 0 && x < w && y >= 0 && y < h) wanted.set(id, { x, y, label });
    });
    placeClicks(wanted);
    input.set(guidance.maps.data, h * w);
  }

  function readOutput(output: Float32Array): void {
    if (h < workingH || w < workingW) working.fill(0);
    const right = Math.min(w, workingW - origin.x);
    const logits = metadata.output === 'logits';
    for (let y = 0; y < Math.min(h, workingH - origin.y); y++) {
      const to = (origin.y + y) * workingW + origin.x;
      for (let x = 0; x < right; x++) {
        const value = output[y * w + x];
        // What nearly every pixel is, decided here, so that the loop calls nothing.
        const plain = !logits && value >= 0 && value <= 1;
        working[to + x] = plain ? value : toProbability(value, metadata.output);
      }
    }
  }

  return {
    async run(clicks, signal) {
      const probability = new Float32Array(image.grid.image[0] * image.grid.image[1]);
      // Without a foreground click there is nothing to outline: docs/decisions/0502.
      if (!clicks.some(({ label }) => label === 'foreground')) {
        return { probability, guidance: 0, inference: 0, resample: 0 };
      }
      const begun = performance.now();
      fillInput(clicks);
      const filled = performance.now();
      const output = await runNetwork(network, input, size, signal);
      const ran = performance.now();
      readOutput(output);
      resampler.run(working, probability);
      const done = performance.now();
      return { probability, guidance: filled - begun, inference: ran - filled, resample: done - ran };
    },
  };
}

import type { PlacedClick } from '@clickseg/guidance';
import { raster } from '@clickseg/raster';
import { signal } from '@preact/signals';
import { sliceShape } from '../src/state/store.ts';
import { gate } from './gate.ts';

const answers = gate();

/** Keeps every answer back until {@link release}. */
export const hold = answers.hold;

/** Lets the answers come. */
export const release = answers.open;

/** Lets everything that waits for no gate run to its end. */
export const rest = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

/** A square of 3 × 3 pixels about each foreground click. */
function squares(clicks: readonly PlacedClick[]) {
  const [height, width] = sliceShape.value;
  const data = new Uint8Array(height * width);
  for (const { x, y, label } of clicks) {
    if (label === 'background') continue;
    for (let dy = -1; dy <= 1; dy++) for (let dx = -1; dx <= 1; dx++) data[(y + dy) * width + x + dx] = 1;
  }
  return { mask: raster(data, [height, width]), contours: [], timings: {} };
}

/** In place of src/engine/predict.ts. */
export const predictions = {
  predict: async (_scan: unknown, _id: number, _at: number, clicks: readonly PlacedClick[]) => {
    await answers.pass();
    return squares(clicks);
  },
  replay: async (_scan: unknown, _at: number, clicks: readonly PlacedClick[]) => {
    await answers.pass();
    return squares(clicks);
  },
  clicksFor: async (): Promise<readonly PlacedClick[]> => {
    await answers.pass();
    return [{ id: 1, x: 20, y: 20, label: 'foreground' }];
  },
  slicesOf: async () => ({}),
};

/** In place of src/engine/model.ts. */
export const models = {
  engine: signal({ state: 'ready' }),
  chosenProvider: signal('wasm'),
  segmenter: async () => ({}),
};

let last: ('edge' | 'empty')[] = [];
/** Lets the next carrying come to the first and the last slice alone, and end there for these reasons. */
export const ends = (why: typeof last): void => {
  last = why;
};

let fault: Error | undefined;
/** Lets the next carrying end with this after its first slice. */
export const breaks = (error: Error): void => {
  fault = error;
};

/** In place of the runtime's `propagate`: the next slices, each answered with the same click, once the gate is open. */
export async function* carried(_volume: unknown, index: number) {
  const clicks: PlacedClick[] = [{ id: 1, x: 20, y: 20, label: 'foreground' }];
  for (const [i, stopped] of last.splice(0).entries()) {
    const step = { prediction: squares(clicks), json: { clicks }, kept: stopped === 'edge', stopped };
    yield { ...step, index: i === 0 ? index - 2 : index + 2, done: i + 1, total: 2 };
    if (i === 1) return;
  }
  for (let i = 1; i <= 3; i++) {
    await answers.pass();
    yield { index: index + i, prediction: squares(clicks), json: { clicks }, kept: true, done: i, total: 3 };
    const broken = fault;
    fault = undefined;
    if (broken) throw broken;
    // The next one is kept back again, so that a test sees each.
    hold();
  }
}

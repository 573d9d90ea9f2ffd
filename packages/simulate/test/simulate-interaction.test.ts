import { isClicksegError, type Raster, raster } from '@clickseg/raster';
import { describe, expect, it } from 'vitest';
import {
  type InteractionStep,
  nextClick,
  type Predict,
  seededRandom,
  simulateInteraction,
} from '../src/index.ts';

const shape = [24, 30];
const disc = (cx: number, cy: number, r: number): Raster =>
  raster(
    Uint8Array.from({ length: 720 }, (_, i) =>
      ((i % 30) - cx) ** 2 + (Math.floor(i / 30) - cy) ** 2 <= r * r ? 1 : 0,
    ),
    shape,
  );
const gt = disc(14, 11, 8);

/** Paints a small square of each click's label, later clicks over earlier ones. */
const paint: Predict = (clicks) => {
  const data = new Uint8Array(720);
  for (const c of clicks) {
    for (let y = Math.max(0, c.y - 2); y <= Math.min(23, c.y + 2); y++) {
      for (let x = Math.max(0, c.x - 2); x <= Math.min(29, c.x + 2); x++) {
        data[y * 30 + x] = c.label === 'foreground' ? 1 : 0;
      }
    }
  }
  return raster(data, shape);
};

async function all(options: Partial<Parameters<typeof simulateInteraction>[0]> = {}) {
  const run = simulateInteraction({ gt, predict: paint, clicks: 8, ...options });
  const steps: InteractionStep[] = [];
  for (;;) {
    const { value, done } = await run.next();
    if (done) return { steps, end: value };
    steps.push(value);
  }
}

describe('simulateInteraction', () => {
  it('clicks what nextClick would, step by step, and tells why it ended', async () => {
    const { steps, end } = await all();
    const random = seededRandom(4242);
    let prediction: Raster | undefined;
    for (const step of steps) {
      expect(step.click).toEqual(nextClick(gt, prediction, { random }));
      prediction = step.prediction;
    }
    expect(steps.map((s) => s.clicks.length)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(end).toBe('limit');
    expect((await all({ predict: async () => gt })).end).toBe('corrected');
  });

  it('replays from its seed, and another seed clicks elsewhere', async () => {
    const clicks = async (seed: number) => (await all({ seed })).steps.map((s) => s.click);
    expect(await clicks(5)).toEqual(await clicks(5));
    expect(await clicks(5)).not.toEqual(await clicks(6));
  });

  it('starts from clicks already made, or from a mask', async () => {
    const initial = [{ x: 14, y: 11, label: 'foreground' as const }];
    const { steps } = await all({ initial, strategy: 'ritm', clicks: 2 });
    expect(steps[1].clicks).toHaveLength(3);
    expect(steps[0].click).toEqual(
      nextClick(gt, await paint(initial, {}), { strategy: 'ritm', clicks: initial }),
    );
    const prediction = disc(20, 11, 8);
    const from = await all({ prediction, strategy: 'ritm', clicks: 1 });
    expect(from.steps[0].click).toEqual(nextClick(gt, prediction, { strategy: 'ritm' }));
  });

  it('never gives the same copy of the clicks to predict and to the caller', async () => {
    const { steps } = await all({
      predict: (clicks, context) => {
        (clicks as unknown[]).length = 0;
        return paint(clicks, context);
      },
    });
    expect(steps[2].clicks).toHaveLength(3);
  });

  it('tells an error that is left, all of it clicked, from one that is corrected', async () => {
    const dot = raster(Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 0, 0), [3, 3]);
    const none = raster(new Uint8Array(9), [3, 3]);
    const click = { x: 1, y: 1, label: 'foreground' } as const;
    const stuck = await all({ gt: dot, predict: () => none, strategy: 'ritm' });
    expect(stuck).toEqual({ steps: [{ click, clicks: [click], prediction: none }], end: 'exhausted' });
    const two = raster(Uint8Array.of(0, 0, 0, 0, 1, 2, 0, 0, 0), [3, 3]);
    for (const [prediction, end] of [
      [none, 'exhausted'],
      [dot, 'corrected'],
    ] as const) {
      const options = { gt: two, ignore: 2, initial: [click], prediction, strategy: 'ritm' } as const;
      expect(await all(options)).toEqual({ steps: [], end });
    }
  });

  it('yields nothing for an empty structure, or no clicks', async () => {
    expect(await all({ gt: raster(new Uint8Array(720), shape) })).toEqual({ steps: [], end: 'corrected' });
    expect(await all({ clicks: 0 })).toEqual({ steps: [], end: 'limit' });
  });
});

describe('AbortSignal', () => {
  it('rejects with its reason: before the first click, while waiting, and inside predict', async () => {
    const reason = new Error('enough');
    await expect(all({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const waiting = new AbortController();
    const stuck = all({ signal: waiting.signal, predict: () => new Promise<Raster>(() => {}) });
    setTimeout(() => waiting.abort(reason), 5);
    await expect(stuck).rejects.toBe(reason);
    const inside = new AbortController();
    const cut = all({
      signal: inside.signal,
      clicks: 1,
      predict: (clicks, { signal }) => {
        inside.abort(reason);
        expect(signal).toBe(inside.signal);
        return paint(clicks, {});
      },
    });
    await expect(cut).rejects.toBe(reason);
  });

  it('has the reason where predict itself fails of the abort', async () => {
    const reason = new Error('enough');
    const both = new AbortController();
    const failing = all({
      signal: both.signal,
      predict: (_, { signal }) =>
        new Promise<Raster>((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(new Error('session ended')));
          setTimeout(() => both.abort(reason), 5);
        }),
    });
    await expect(failing).rejects.toBe(reason);
  });

  it('tells its reason of a predict that aborts and throws at once', async () => {
    const both = new AbortController();
    const reason = new Error('closed');
    const failing = all({
      signal: both.signal,
      predict: () => {
        both.abort(reason);
        throw new Error('session ended');
      },
    });
    await expect(failing).rejects.toBe(reason);
  });

  it("passes predict's own error through", async () => {
    const broken = new Error('no memory');
    await expect(all({ predict: () => Promise.reject(broken) })).rejects.toBe(broken);
  });
});

describe('bad input', () => {
  it.each([
    ['predict', { predict: 3 as never }, 'invalid-option', '3'],
    ['clicks', { clicks: -1 }, 'invalid-option', '-1'],
    ['seed', { seed: 0.5 }, 'invalid-option', '0.5'],
    ['seed and random', { seed: 1, random: () => 0 }, 'invalid-option', '1'],
    ['strategy', { strategy: 'x' as never }, 'invalid-option', '"x"'],
    ['signal', { signal: 5 as never }, 'invalid-option', '5'],
    ['random', { random: 5 as never }, 'invalid-option', '5'],
    ['no random', { random: null as never }, 'invalid-option', 'random null'],
    ['no seed', { seed: null as never }, 'invalid-option', 'seed null'],
    ['no number of clicks', { clicks: null as never }, 'invalid-option', 'clicks null'],
    ["evaluateClicks' name of it", { limit: 3 } as object, 'invalid-option', 'limit 3 is called clicks here'],
    ['clicks that are no list', { initial: { length: 1 } as never }, 'invalid-option', 'initial Object'],
    ['no clicks', { initial: null as never }, 'invalid-option', 'initial null'],
    ['spacing', { distance: 'euclidean', spacing: [0, 1] }, 'invalid-spacing', '[0,1]'],
    ['a click', { initial: [{ x: 1, y: 1, label: 'fg' as never }] }, 'invalid-point', 'label fg'],
    ['no click', { initial: [null as never] }, 'invalid-point', 'undefined'],
    ['prediction', { prediction: raster(new Uint8Array(1), [1, 1]) }, 'shape-mismatch', '[1,1]'],
  ] as const)('%s is refused at the call', (_, options, code, value) => {
    let caught: unknown;
    try {
      simulateInteraction({ gt, predict: paint, ...options });
    } catch (error) {
      caught = error;
    }
    expect(isClicksegError(caught, code), String(caught)).toBe(true);
    expect(String(caught)).toContain(value);
  });

  it('a prediction of another shape ends the run', async () => {
    const error = await all({ predict: () => raster(new Uint8Array(4), [2, 2]) }).catch((e) => e);
    expect(isClicksegError(error, 'shape-mismatch')).toBe(true);
  });
});

it('refuses a prediction with a NaN, which is neither inside nor outside', async () => {
  const broken = raster(new Float32Array(720).fill(Number.NaN, 7, 8), shape);
  const error = await all({ predict: () => broken }).catch((e) => e);
  expect(isClicksegError(error, 'not-finite')).toBe(true);
  expect(error.message).toContain('pred is NaN at element 7');
  expect(() => nextClick(broken, gt)).toThrow(/gt is NaN at element 7/);
});

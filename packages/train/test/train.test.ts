import { isClicksegError } from '@clickseg/raster';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import {
  type CheckpointStore,
  type LabelledSlice,
  sliceSet,
  type TrainOptions,
  train,
  unet,
} from '../src/index.ts';

/** A bright disc of random place and size on noise: something that a tiny network learns in seconds. */
function discs(count: number, size: number): LabelledSlice[] {
  let seed = 1;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  return Array.from({ length: count }, () => {
    const image = new Float32Array(size * size);
    const labels = new Uint8Array(size * size);
    const [cy, cx, r] = [size / 2 + 6 * random() - 3, size / 2 + 6 * random() - 3, 5 + 4 * random()];
    for (let i = 0; i < image.length; i++) {
      const inside = Math.hypot(Math.floor(i / size) - cy, (i % size) - cx) <= r;
      labels[i] = inside ? 1 : 0;
      image[i] = (inside ? 1 : -0.5) + 0.4 * (random() - 0.5);
    }
    return { group: 'discs', image, labels, shape: [size, size] as const };
  });
}

const net = unet({ width: 2, levels: 2 });
const set = sliceSet(discs(8, 32), { shape: [32, 32], augmentation: { flip: true, shift: 0.05 } });
const small: TrainOptions = {
  net,
  ort,
  steps: 6,
  batch: 4,
  interactions: 2,
  learningRate: 1e-2,
  seed: 7,
  threads: 1,
};

function memoryStore(): CheckpointStore & { bytes?: Uint8Array } {
  const store: CheckpointStore & { bytes?: Uint8Array } = {
    load: async () => store.bytes,
    save: async (bytes) => {
      store.bytes = bytes;
    },
  };
  return store;
}

describe('train', () => {
  it('learns: the loss of an easy task falls by half', async () => {
    const losses: number[] = [];
    await train(set, { ...small, steps: 40, onStep: (s) => losses.push(s.loss) });
    expect(losses).toHaveLength(40);
    expect(losses.at(-1)).toBeLessThan(losses[0] / 2);
  }, 60_000);

  it('gives the same weights for the same seed, others for another', async () => {
    const first = await train(set, small);
    const again = await train(set, small);
    const other = await train(set, { ...small, seed: 8 });
    expect(again.parameters).toEqual(first.parameters);
    expect(again.variances).toEqual(first.variances);
    expect(other.parameters).not.toEqual(first.parameters);
  });

  it.each([{ reading: 'number' }, { reading: 'rolling' }, { reading: 'rolling', pool: 9 }] as const)(
    'resumes to the same curve and weights after a stop in the middle, %o',
    async (how) => {
      const options = { ...small, ...how };
      const whole: number[] = [];
      const expected = await train(set, { ...options, onStep: (s) => whole.push(s.loss) });

      const checkpoint = memoryStore();
      const stop = new AbortController();
      const parts: number[] = [];
      const onStep: TrainOptions['onStep'] = (s) => {
        parts.push(s.loss);
        if (s.step === 3) stop.abort(new Error('stopped'));
      };
      await expect(train(set, { ...options, checkpoint, onStep, signal: stop.signal })).rejects.toThrow(
        'stopped',
      );
      const resumed = await train(set, { ...options, checkpoint, onStep: (s) => parts.push(s.loss) });

      expect(parts).toEqual(whole);
      expect(resumed).toMatchObject(expected);
    },
  );

  it('trains on first clicks alone under the reading that draws a number of rounds, and never under the other', async () => {
    const counts = async (reading: TrainOptions['reading']) => {
      const clicks: number[] = [];
      await train(set, {
        ...small,
        batch: 1,
        steps: 12,
        interactions: 1,
        reading,
        onStep: (s) => clicks.push(s.clicks),
      });
      return new Set(clicks);
    };
    expect(await counts('independent')).toEqual(new Set([2]));
    expect(await counts('number')).toEqual(new Set([1, 2]));
  });

  it("trains on every answer of an image under the reading 'rolling', and still learns", async () => {
    const clicks: number[] = [];
    const losses: number[] = [];
    await train(set, {
      ...small,
      steps: 60,
      batch: 1,
      interactions: 3,
      reading: 'rolling',
      onStep: (s) => {
        clicks.push(s.clicks);
        losses.push(s.loss);
      },
    });
    expect(Math.max(...clicks)).toBe(4);
    for (let i = 1; i < clicks.length; i++) expect([1, clicks[i - 1] + 1]).toContain(clicks[i]);
    const mean = (part: number[]) => part.reduce((a, b) => a + b, 0) / part.length;
    expect(mean(losses.slice(-10))).toBeLessThan(mean(losses.slice(0, 10)) / 2);
  }, 60_000);

  it('starts from given weights, and refuses those of another network', async () => {
    const start = await train(set, { ...small, steps: 40 });
    const losses: number[] = [];
    await train(set, { ...small, steps: 1, seed: 99, start, onStep: (s) => losses.push(s.loss) });
    expect(losses[0]).toBeLessThan(0.4);
    const other = train(set, { ...small, net: unet({ width: 3, levels: 2 }), start });
    await expect(other).rejects.toThrow(/start has/);
  });

  it('refuses a checkpoint of another run, a cut one, and bytes that are none', async () => {
    const checkpoint = memoryStore();
    await train(set, { ...small, steps: 2, checkpoint });
    const good = checkpoint.bytes!;
    const refused = async (bytes: Uint8Array, change: Partial<TrainOptions> = {}) => {
      checkpoint.bytes = bytes;
      const error = await train(set, { ...small, steps: 2, checkpoint, ...change }).catch((e) => e);
      expect(isClicksegError(error, 'invalid-checkpoint')).toBe(true);
    };
    await refused(good, { seed: 1 });
    await refused(good.subarray(0, good.length - 4));
    await refused(new TextEncoder().encode('<html>'));
    // The line that describes the arrays, damaged; its start is the line break before it.
    const head = good.indexOf(10) + 1;
    await refused(good.map((byte, i) => (i === head ? 63 : byte)));
    const [name, arrays] = [good.subarray(0, head), good.subarray(good.indexOf(10, head))];
    await refused(Buffer.concat([name, Buffer.from('null'), arrays]));
    await refused(new Uint8Array());
  });

  it('refuses options that cannot be meant, before any work', async () => {
    await expect(train(set, { ...small, steps: 0 })).rejects.toThrow(/steps 0/);
    await expect(train(set, { ...small, batch: 1.5 })).rejects.toThrow(/batch 1.5/);
    await expect(train(set, { ...small, learningRate: Number.NaN })).rejects.toThrow(/learningRate NaN/);
    await expect(train(set, { ...small, reading: 'rowing' as 'rolling' })).rejects.toThrow(
      /reading 'rowing'/,
    );
    await expect(train(set, { ...small, schedule: 'cosin' as 'cosine' })).rejects.toThrow(/schedule 'cosin'/);
    await expect(train(set, { ...small, average: 1 })).rejects.toThrow(/average 1 /);
    await expect(train(set, { ...small, checkpointEvery: 0 })).rejects.toThrow(/checkpointEvery 0/);
    await expect(train(set, { ...small, pool: 64 })).rejects.toThrow(/pool 64 is for reading 'rolling'/);
    const pool = small.batch! - 1;
    await expect(train(set, { ...small, reading: 'rolling', pool })).rejects.toThrow(`pool ${pool}`);
  });
});

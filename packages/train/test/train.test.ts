import { renderGuidance } from '@clickseg/guidance';
import { isClicksegError } from '@clickseg/raster';
import { seededRandom } from '@clickseg/simulate';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import {
  addPreviousMask,
  type CheckpointStore,
  checkTrainOptions,
  initialWeights,
  type LabelledSlice,
  parameterCountOf,
  randomStream,
  readCheckpoint,
  rollingBatch,
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
const masked = unet({ width: 2, levels: 2, previousMask: true });
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

  it("leaves the number of threads to onnxruntime's own choice", async () => {
    const { threads: _, ...unsaid } = small;
    await expect(train(set, { ...unsaid, steps: 1 })).resolves.toMatchObject({});
    await expect(
      train(set, { ...unsaid, steps: 1, microBatch: 2, threads: undefined }),
    ).resolves.toMatchObject({});
  });

  it('gives the same weights for the same seed, others for another', async () => {
    const first = await train(set, small);
    const again = await train(set, small);
    const other = await train(set, { ...small, seed: 8 });
    expect(again.parameters).toEqual(first.parameters);
    expect(again.variances).toEqual(first.variances);
    expect(other.parameters).not.toEqual(first.parameters);
  });

  it.each([
    { reading: 'number' },
    { reading: 'rolling' },
    { reading: 'rolling', pool: 9 },
    { reading: 'number', previousMask: true },
    { reading: 'rolling', previousMask: true },
    { reading: 'rolling', pool: 5, previousMask: true },
    { reading: 'number', average: 0.9, microBatch: 2, schedule: 'cosine' },
    { reading: 'rolling', average: 0.9, microBatch: 1 },
  ] as const)(
    'resumes to the same curve and weights after a stop in the middle, %o',
    async ({ previousMask = false, ...reading }: Partial<TrainOptions> & { previousMask?: boolean }) => {
      const how = { ...reading, net: previousMask ? masked : net };
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

  it('keeps a moving average of weights and statistics, and both in its checkpoint', async () => {
    const after = await Promise.all([1, 2, 3].map((steps) => train(set, { ...small, steps })));
    const checkpoint = memoryStore();
    const mean = await train(set, { ...small, steps: 3, average: 0.2, checkpoint });
    const saved = readCheckpoint(checkpoint.bytes!, net);
    expect(saved.state).toMatchObject(after[2]);
    for (const name of ['parameters', 'means', 'variances'] as const) {
      expect(saved.averaged![name]).toEqual(mean[name]);
      // What is kept rises from 1/10 over 2/11 to the 0.2 that were asked for.
      const [first, second, third] = after.map((weights) => weights[name]);
      for (let i = 0; i < first.length; i++) {
        const two = (2 / 11) * first[i] + (9 / 11) * second[i];
        expect(mean[name][i]).toBeCloseTo(0.2 * two + 0.8 * third[i], 6);
      }
      expect(mean[name]).not.toEqual(third);
    }
  });

  it("multiplies half a cosine down to 1 % by a rise over 50 steps, schedule 'cosine'", async () => {
    const rates = async (steps: number) => {
      const found: number[] = [];
      const onStep: TrainOptions['onStep'] = (s) => found.push(s.learningRate / 1e-4);
      const how = { ...small, steps, batch: 1, interactions: 0, learningRate: 1e-4 } as const;
      await train(set, { ...how, schedule: 'cosine', onStep });
      return found;
    };
    // The cosine's angles are 0, 45, 90 and 135 degrees: 1, 0.855018, 0.505, 0.154982, times 1/50 to 4/50.
    const four = await rates(4);
    for (const [i, rate] of [0.02, 0.03420071, 0.0303, 0.01239857].entries())
      expect(four[i]).toBeCloseTo(rate, 7);
    const hundred = await rates(100);
    expect(hundred[25]).toBeCloseTo((26 / 50) * 0.855018, 6);
    expect(hundred[50]).toBeCloseTo(0.505, 6);
    expect(hundred[75]).toBeCloseTo(0.154982, 6);
    // 1 % and what cos(1.8 degrees) lacks of 1, twice: 0.495 x 0.000493.
    expect(hundred[99]).toBeCloseTo(0.010244, 6);
  }, 60_000);

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

  describe('of a network that reads the previous mask', () => {
    /** The runtime, with what the training steps were fed and answered. */
    function recording() {
      const steps: { x: Float32Array; probability: Float32Array }[] = [];
      const create: typeof ort.InferenceSession.create = async (...model: [never]) => {
        const session = await ort.InferenceSession.create(...model);
        const run = session.run.bind(session);
        session.run = async (feeds: ort.InferenceSession.FeedsType) => {
          const out = await run(feeds);
          const [x, answer] = [feeds.x, out.probability].map((tensor) => tensor?.data as Float32Array);
          // The steps alone have Adam's moments, and this batch; asking for the block of channels does not.
          if (feeds.m) steps.push({ x: x.slice(), probability: answer.slice() });
          return out;
        };
        return session;
      };
      return { steps, ort: { Tensor: ort.Tensor, InferenceSession: { create } } as TrainOptions['ort'] };
    }
    const plane = 32 * 32;
    const pick = (x: Float32Array, image: number, channel: number) => [
      ...x.subarray((4 * image + channel) * plane, (4 * image + channel + 1) * plane),
    ];

    it('shows it what the step before answered to the same image, and nothing at its first click', async () => {
      const { steps, ort } = recording();
      const how = { ...small, ort, net: masked, reading: 'rolling', steps: 8, previousMaskDrop: 0 } as const;
      await train(set, how);
      let stayed = 0;
      let before = new Map<string, number[]>();
      for (const { x, probability } of steps) {
        const now = new Map<string, number[]>();
        for (let i = 0; i < 4; i++) {
          const image = pick(x, i, 0).join();
          const mask = before.get(image);
          if (mask?.includes(1)) stayed++;
          expect(pick(x, i, 3)).toEqual(mask ?? new Array(plane).fill(0));
          now.set(
            image,
            [...probability.subarray(i * plane, (i + 1) * plane)].map((p) => (p >= 0.5 ? 1 : 0)),
          );
        }
        before = now;
      }
      expect(stayed).toBeGreaterThan(3);
    });

    it.each(['number', 'rolling'] as const)(
      "leaves the channel of the share of images empty, reading '%s'",
      async (reading) => {
        const filled = async (previousMaskDrop: number) => {
          const { steps, ort } = recording();
          await train(set, { ...small, ort, net: masked, reading, steps: 25, previousMaskDrop });
          const images = steps.flatMap(({ x }) => [0, 1, 2, 3].map((i) => pick(x, i, 3)));
          expect(images).toHaveLength(100);
          return images.filter((mask) => mask.includes(1)).length;
        };
        // With K = 2 a third of the images are at their first click.
        const all = await filled(0);
        expect(all).toBeGreaterThan(35);
        const half = await filled(0.5);
        expect(half).toBeGreaterThan(0.25 * all);
        expect(half).toBeLessThan(0.75 * all);
        expect(await filled(1)).toBe(0);
      },
      60_000,
    );

    it('learns to read it', async () => {
      const { parameters } = await train(set, {
        ...small,
        net: masked,
        reading: 'rolling',
        ...{ start: addPreviousMask({ net, weights: await train(set, small) }).weights },
      });
      const { shape, offset } = masked.layout.parameters[0];
      expect(shape).toEqual([2, 4, 3, 3]);
      const [first, second] = [27, 36 + 27].map((at) => parameters.subarray(offset + at, offset + at + 9));
      for (const filter of [first, second]) expect(filter.every((v) => v !== 0)).toBe(true);
    });

    it('leaves the clicks of a network that does not as they were, and its checkpoints', async () => {
      const { steps, ort } = recording();
      const checkpoint = memoryStore();
      await train(set, { ...small, ort, reading: 'rolling', checkpoint });
      expect(readCheckpoint(checkpoint.bytes!, net).recipe).not.toContain('previous');
      // Nothing else is drawn between the choice of a step's images and their clicks.
      const streamOf = (image: number) => randomStream(7, 2 * image);
      const rolling = rollingBatch(set, { batch: 4, interactions: 2, strategy: 'sakinis', streamOf });
      for (const [i, { x, probability }] of steps.entries()) {
        const random = randomStream(7, 2 * i + 1);
        rolling.choose(random);
        for (const [at, clicks] of rolling.clicks.entries()) {
          const maps = renderGuidance(clicks, { shape: [32, 32], sigma: 2 }).data;
          expect(x.slice((3 * at + 1) * plane, 3 * (at + 1) * plane)).toEqual(maps);
        }
        rolling.advance(probability, random);
      }
      expect(steps).toHaveLength(small.steps);
    });
  });

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
    expect(parameterCountOf(good)).toBe(net.layout.parameterCount);
    expect(() => parameterCountOf(good.subarray(1))).toThrow(
      expect.objectContaining({ code: 'invalid-checkpoint' }),
    );
    await refused(good, { seed: 1 });
    await refused(good, { net: masked });
    await refused(good.subarray(0, good.length - 4));
    await refused(new TextEncoder().encode('<html>'));
    // The line that describes the arrays, damaged; its start is the line break before it.
    const head = good.indexOf(10) + 1;
    await refused(good.map((byte, i) => (i === head ? 63 : byte)));
    const [name, arrays] = [good.subarray(0, head), good.subarray(good.indexOf(10, head))];
    await refused(Buffer.concat([name, Buffer.from('null'), arrays]));
    await refused(new Uint8Array());
  });

  it('keeps no weights that its last step made no numbers of, whose own loss was one', async () => {
    const checkpoint = memoryStore();
    const losses: number[] = [];
    const onStep = ({ loss }: { loss: number }) => losses.push(loss);
    const lost = train(set, { ...small, steps: 1, learningRate: 3e38, checkpoint, onStep });
    await expect(lost).rejects.toMatchObject({
      code: 'not-finite',
      message: expect.stringContaining('step 1'),
    });
    expect(losses).toEqual([expect.closeTo(0.5, 0)]);
    expect(checkpoint.bytes).toBeUndefined();
  });

  it('takes and refuses a sigma as renderGuidance does', () => {
    const refuses = (body: () => unknown) => {
      try {
        body();
        return false;
      } catch (error) {
        return isClicksegError(error, 'invalid-option');
      }
    };
    for (const [sigma, refused] of [
      [10_000, false],
      [10_000.001, true],
      [1e-3, false],
      [0, true],
    ] as const) {
      expect(refuses(() => renderGuidance([], { shape: [8, 8], sigma }))).toBe(refused);
      expect(refuses(() => checkTrainOptions([32, 32], { ...small, sigma }))).toBe(refused);
    }
  });

  it('tells without a set what it would refuse', () => {
    const { ort: _, ...without } = small;
    expect(() => checkTrainOptions([32, 32], without)).not.toThrow();
    expect(() => checkTrainOptions([33, 33], small)).toThrow(/size 33 is not a multiple of 4/);
    expect(() => checkTrainOptions([32, 32], { ...small, microBatch: 3 })).toThrow(/microBatch 3/);
    expect(() => checkTrainOptions([32, 32], { ...small, reading: 'rowing' as 'rolling' })).toThrow(/rowing/);
  });

  const start = initialWeights(net, seededRandom(1));
  const lost = { ...start, parameters: start.parameters.map((v, i) => (i === 3 ? Number.NaN : v)) };
  it.each([
    [/strategy 'foo'/, 'invalid-option', { strategy: 'foo' as 'ritm' }],
    [/sigma -1/, 'invalid-option', { sigma: -1 }],
    [/sigma 100000/, 'invalid-option', { sigma: 1e5 }],
    [/beta1 2/, 'invalid-option', { optimizer: { beta1: 2 } }],
    [/threads -3/, 'invalid-option', { threads: -3 }],
    [/threads 100000/, 'invalid-option', { threads: 100_000 }],
    [/seed NaN/, 'invalid-option', { seed: Number.NaN }],
    [/seed 1.5/, 'invalid-option', { seed: 1.5 }],
    [/seed -1/, 'invalid-option', { seed: -1 }],
    [/start has 1 means/, 'invalid-option', { start: { ...start, means: new Float32Array(1) } }],
    [/start: down\.0\.0\.weight holds NaN/, 'not-finite', { start: lost }],
    [/parameters of the network/, 'too-large', { net: unet({ width: 256, levels: 5 }) }],
    [/batch of 2000000000 images of 32 x 32/, 'too-large', { batch: 2_000_000_000 }],
    [/pool of 1000000000 images/, 'too-large', { reading: 'rolling', pool: 1e9 }],
  ] as const)('refuses at both doors, with the value: %s', async (message, code, change) => {
    const refused = { code, message: expect.stringMatching(message) };
    const options = { ...small, ...change };
    expect(() => checkTrainOptions([32, 32], options)).toThrow(expect.objectContaining(refused));
    await expect(train(set, options)).rejects.toMatchObject(refused);
  });

  it('refuses options that cannot be meant, before any work', async () => {
    await expect(train(set, { ...small, steps: 0 })).rejects.toThrow(/steps 0/);
    await expect(train(set, { ...small, batch: 1.5 })).rejects.toThrow(/batch 1.5/);
    await expect(train(set, { ...small, learningRate: Number.NaN })).rejects.toThrow(/learningRate NaN/);
    await expect(train(set, { ...small, reading: 'rowing' as 'rolling' })).rejects.toThrow(
      /reading 'rowing'/,
    );
    await expect(train(set, { ...small, schedule: 'cosin' as 'cosine' })).rejects.toThrow(/schedule 'cosin'/);
    for (const previousMaskDrop of [-0.1, 1.1, Number.NaN])
      await expect(train(set, { ...small, previousMaskDrop })).rejects.toThrow(/previousMaskDrop .* 0 to 1/);
    await expect(train(set, { ...small, average: 1 })).rejects.toThrow(/average 1 /);
    await expect(train(set, { ...small, checkpointEvery: 0 })).rejects.toThrow(/checkpointEvery 0/);
    await expect(train(set, { ...small, pool: 64 })).rejects.toThrow(/pool 64 is for reading 'rolling'/);
    const pool = small.batch! - 1;
    await expect(train(set, { ...small, reading: 'rolling', pool })).rejects.toThrow(`pool ${pool}`);
  });
});

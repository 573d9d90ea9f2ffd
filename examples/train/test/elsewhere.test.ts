import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { renderGuidance } from '@clickseg/guidance';
import { seededRandom } from '@clickseg/simulate';
import {
  initialWeights,
  readCheckpoint,
  trainStep,
  type Unet,
  type UnetWeights,
  unet,
  writeCheckpoint,
} from '@clickseg/train';
import * as ort from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type FeedBatch, type FeedHead, feedCommand } from '../src/feed-command.ts';
import { packCommand } from '../src/pack-command.ts';
import { packSlices, unpackSlices } from '../src/packed-slices.ts';
import { STAGES } from '../src/recipe.ts';
import { trainingSlices } from '../src/training-slices.ts';
import { pairsFolder, pictureFolder } from './picture-folder.ts';

const SIZE = 64;
const BATCH = 16;
/** A stage of model-ct on crops that cost little, each kept for one correction at most. */
const stages = [{ ...STAGES[11], crop: [SIZE, SIZE] as const, interactions: 1 }];

let folder: string;
beforeAll(async () => {
  vi.spyOn(console, 'log').mockImplementation(() => {});
  folder = await pictureFolder();
});
afterAll(() => rm(folder, { recursive: true }));

describe('pack', () => {
  it('keeps labels as they are, and images to half of one of 256 levels', async () => {
    const out = join(folder, 'slices.bin');
    await packCommand({ data: folder, out });
    const [before, after] = [
      await trainingSlices('test', { data: folder }),
      await trainingSlices('test', { slices: out }),
    ];
    expect(after.length).toBe(2);
    for (const [i, { image, labels, shape, group }] of before.entries()) {
      expect(after[i]).toMatchObject({ group, shape });
      expect(after[i].labels).toEqual(labels);
      const level = (Math.max(...image) - Math.min(...image)) / 255;
      const off = image.map((v, k) => Math.abs(v - after[i].image[k]));
      expect(Math.max(...off)).toBeLessThan(0.501 * level);
    }
  });

  it('takes a folder without an index whole', async () => {
    const pairs = join(folder, 'pairs');
    await mkdir(pairs);
    await pairsFolder(folder, pairs, [0, 1, 3]);
    expect(await trainingSlices('test', { data: pairs })).toHaveLength(3);
  });

  it('refuses a file that is not its own, is cut short or missing', async () => {
    const bytes = await packSlices(await trainingSlices('test', { data: folder }));
    const head = bytes.indexOf(10) + 1;
    const body = bytes.subarray(bytes.indexOf(10, head));
    for (const line of [
      '{',
      'null',
      '{"slices":7}',
      '{"slices":[{"group":"a","shape":[8,8],"range":[0,1]}]}',
    ]) {
      const damaged = Buffer.concat([bytes.subarray(0, head), Buffer.from(line), body]);
      await expect(unpackSlices(damaged)).rejects.toMatchObject({ code: 'invalid-file' });
    }
    await expect(unpackSlices(bytes.subarray(3))).rejects.toMatchObject({ code: 'invalid-file' });
    await expect(unpackSlices(bytes.subarray(0, bytes.length - 9))).rejects.toMatchObject({
      code: 'invalid-file',
    });
    const slices = join(folder, 'gone.bin');
    await expect(trainingSlices('test', { slices })).rejects.toMatchObject({
      code: 'invalid-file',
      message: expect.stringContaining('gone.bin'),
    });
  });
});

interface Sample {
  readonly image: Float32Array;
  readonly target: Buffer;
}

/** A feed, read as its trainer reads it. */
function startFeed() {
  const [input, output] = [new PassThrough(), new PassThrough({ highWaterMark: 1 << 24 })];
  const share = { data: folder, stages, stage: 1, lanes: 2, pool: BATCH, share: '1/1' };
  const ended = feedCommand({ ...share, input, output });
  const raw: Buffer[] = [];
  let rest = Buffer.alloc(0);
  const take = async (length: () => number): Promise<Buffer> => {
    while (length() < 0 || rest.length < length()) {
      const chunk = output.read() as Buffer | null;
      if (chunk) rest = Buffer.concat([rest, chunk]);
      else await Promise.race([new Promise((done) => output.once('readable', done)), ended]);
    }
    const taken = rest.subarray(0, length());
    rest = rest.subarray(taken.length);
    raw.push(taken);
    return taken;
  };
  const line = async () => JSON.parse((await take(() => rest.indexOf(10) + 1 || -1)).toString());
  const head: Promise<FeedHead> = line();
  return {
    head,
    ended,
    input,
    /** All that was read so far. */
    raw: () => Buffer.concat(raw),
    async batch() {
      await head;
      const batch: FeedBatch = await line();
      const fresh = new Map<number, Sample>();
      for (const i of batch.fresh) {
        const image = new Float32Array(new Uint8Array(await take(() => 4 * SIZE * SIZE)).buffer);
        fresh.set(i, { image, target: await take(() => SIZE * SIZE) });
      }
      return { batch, fresh };
    },
    answer(lane: number, masks: (i: number) => Uint8Array | undefined) {
      const bytes = Buffer.alloc(4 + (BATCH * SIZE * SIZE) / 8);
      bytes.writeUInt32LE(lane);
      for (let i = 0; i < BATCH; i++) {
        masks(i)?.forEach((v, k) => {
          bytes[4 + ((i * SIZE * SIZE + k) >> 3)] |= v << (7 - (k & 7));
        });
      }
      input.write(bytes);
    },
  };
}

describe('feed', () => {
  it('sends an image once, clicks it where the answer is wrong, and fills its place when it is done', async () => {
    const feed = startFeed();
    expect(await feed.head).toMatchObject({ shape: [SIZE, SIZE], batch: BATCH, lanes: 2, pool: BATCH });
    const [first, second] = [await feed.batch(), await feed.batch()];
    expect([first.batch.lane, second.batch.lane]).toEqual([0, 1]);
    expect(first.batch.fresh).toHaveLength(BATCH);
    for (const [i, clicks] of first.batch.clicks.entries()) {
      const [[y, x, foreground], ...others] = clicks;
      expect(others).toEqual([]);
      expect(foreground).toBe(1);
      expect(first.fresh.get(i)!.target[y * SIZE + x]).toBe(1);
    }

    // Nothing found: who has a correction to come is clicked inside again, and is not sent again.
    feed.answer(0, () => undefined);
    const next = await feed.batch();
    expect(next.batch.lane).toBe(0);
    const stayed = next.batch.places.map((_, i) => i).filter((i) => !next.batch.fresh.includes(i));
    expect(stayed.length).toBeGreaterThan(0);
    expect(stayed.length).toBeLessThan(BATCH);
    for (const i of stayed) {
      const [before, added] = next.batch.clicks[i];
      expect(before).toEqual(first.batch.clicks[first.batch.places.indexOf(next.batch.places[i])][0]);
      const { target } = first.fresh.get(first.batch.places.indexOf(next.batch.places[i]))!;
      expect([target[added[0] * SIZE + added[1]], added[2]]).toEqual([1, 1]);
    }
    for (const i of next.batch.fresh) expect(next.batch.clicks[i]).toHaveLength(1);

    // All found: every place is free.
    feed.answer(1, (i) => second.fresh.get(i)!.target);
    const last = await feed.batch();
    expect(last.batch).toMatchObject({ lane: 1, fresh: last.batch.places.map((_, i) => i) });
    feed.input.end();
    await feed.ended;
  });

  it('refuses what it cannot do before it reads any data', async () => {
    const good = { data: join(folder, 'nowhere'), stages, stage: 1, lanes: 1, pool: BATCH, share: '1/1' };
    for (const wrong of [
      { stage: 2 },
      { lanes: 0 },
      { pool: 3 },
      { share: '3/2' },
      { share: 'all' },
      { share: '1/2/9' },
      { share: '1/2x' },
      { slices: 'slices.bin' },
    ]) {
      await expect(feedCommand({ ...good, ...wrong })).rejects.toMatchObject({ code: 'invalid-option' });
    }
    await expect(feedCommand({ ...good, slices: 'slices.bin' })).rejects.toThrow(
      /--slices slices\.bin and --data/,
    );
    await expect(feedCommand({ ...good, pool: 1_000_000 })).rejects.toMatchObject({ code: 'too-large' });
  });
});

const python = '/usr/bin/python3';
const torch = spawnSync(python, ['-c', 'import torch, numpy'], { encoding: 'utf8' });
const skipped = torch.status === 0 ? '' : ' (skipped: no PyTorch; apt-get install python3-torch)';

/** Trains on what a feed has sent, replayed. */
async function runTrainer(name: string, sent: Buffer, net: Unet, weights: UnetWeights, flags: string[]) {
  const [feed, answers, script, start, run] = ['sent', 'answers', 'replay.sh', 'start', 'run'].map((file) =>
    join(folder, `${name}-${file}`),
  );
  await writeFile(feed, sent);
  await writeFile(script, `cat ${feed}; exec cat > ${answers}\n`);
  const zeros = () => new Float32Array(net.layout.parameterCount);
  await writeFile(
    start,
    writeCheckpoint({ step: 0, recipe: '', state: { ...weights, m: zeros(), v: zeros() } }),
  );
  const trainer = fileURLToPath(new URL('../gpu/train.py', import.meta.url));
  const sizes = `--workers 1 --lanes 2 --pool ${BATCH} --together 1 --width 4 --levels 2 --rise 1`.split(' ');
  const { status, stderr } = spawnSync(
    python,
    [trainer, '--feed', `sh ${script}`, '--out', run, '--start', start, ...sizes, ...flags],
    { encoding: 'utf8', env: { ...process.env, OMP_NUM_THREADS: '1', CUDA_VISIBLE_DEVICES: '' } },
  );
  return { status, stderr, run, answers };
}

/** {@link runTrainer}, and what came of it. */
async function trainElsewhere(name: string, sent: Buffer, net: Unet, weights: UnetWeights, flags: string[]) {
  const { status, stderr, run, answers } = await runTrainer(name, sent, net, weights, flags);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  const log = (await readFile(join(run, 'log.jsonl'), 'utf8')).trim().split('\n');
  return {
    loss: JSON.parse(log[log.length - 1]).loss as number,
    answers: await readFile(answers),
    checkpoint: readCheckpoint(await readFile(join(run, 'checkpoint-1.bin')), net),
  };
}

/** The same batch in this project's own step. */
async function ownStep(
  net: Unet,
  weights: UnetWeights,
  { clicks, samples, previous }: { clicks: FeedBatch['clicks']; samples: Sample[]; previous?: Uint8Array[] },
) {
  const plane = SIZE * SIZE;
  const channels = net.inputChannels;
  const input = new Float32Array(BATCH * channels * plane);
  const target = new Float32Array(BATCH * plane);
  for (const [i, some] of clicks.entries()) {
    const placed = some.map(
      ([y, x, inside]) => ({ y, x, label: inside ? 'foreground' : 'background' }) as const,
    );
    input.set(samples[i].image, channels * i * plane);
    input.set(renderGuidance(placed, { shape: [SIZE, SIZE], sigma: 2 }).data, (channels * i + 1) * plane);
    if (previous) input.set(previous[i], (channels * i + 3) * plane);
    target.set(samples[i].target, i * plane);
  }
  const tensor = (data: Float32Array, shape: readonly number[]) => new ort.Tensor('float32', data, shape);
  const session = await ort.InferenceSession.create(
    trainStep(net, { batch: BATCH, size: [SIZE, SIZE], update: 'gradient' }),
    { logSeverityLevel: 3, intraOpNumThreads: 1 },
  );
  const own = await session.run({
    x: tensor(input, [BATCH, channels, SIZE, SIZE]),
    target: tensor(target, [BATCH, 1, SIZE, SIZE]),
    parameters: tensor(weights.parameters, [weights.parameters.length]),
  });
  await session.release();
  return {
    loss: (own.loss.data as Float32Array)[0],
    probability: own.probability.data as Float32Array,
    gradient: own.gradient.data as Float32Array,
  };
}

/** Pixels of a batch's masks that are not what the probabilities say. */
function differing(answer: Buffer, probability: Float32Array): number {
  let count = 0;
  probability.forEach((p, k) => {
    const bit = (answer[4 + (k >> 3)] >> (7 - (k & 7))) & 1;
    if (Math.abs(p - 0.5) > 1e-4 && bit !== (p >= 0.5 ? 1 : 0)) count++;
  });
  return count;
}

/** What a feed sends first and no more, and a small network with weights to begin with. */
async function firstBatch() {
  const feed = startFeed();
  const { batch, fresh } = await feed.batch();
  feed.input.end();
  await feed.ended;
  const net = unet({ width: 4, levels: 2 });
  return { batch, fresh, sent: feed.raw(), net, weights: initialWeights(net, seededRandom(1)) };
}

/** The orthogonal factor of a matrix `[rows, columns]` of full rank, rows first: Newton's iteration on it, in doubles. */
function polarFactor(matrix: ArrayLike<number>, rows: number): Float64Array {
  const columns = matrix.length / rows;
  const norm = Math.hypot(...Array.from(matrix));
  let x = Float64Array.from(matrix, (v) => v / norm);
  // X <- 1.5 X - 0.5 (X X^T) X brings every singular value of 0 to 1 to 1, slowly where it is small.
  for (let round = 0; round < 200; round++) {
    const from = x;
    const gram = Array.from({ length: rows * rows }, (_, at) => {
      let sum = 0;
      for (let c = 0; c < columns; c++) {
        sum += from[Math.floor(at / rows) * columns + c] * from[(at % rows) * columns + c];
      }
      return sum;
    });
    x = from.map((v, at) => {
      let sum = 0;
      for (let r = 0; r < rows; r++)
        sum += gram[Math.floor(at / columns) * rows + r] * from[r * columns + (at % columns)];
      return 1.5 * v - 0.5 * sum;
    });
  }
  return x;
}

describe('gpu/train.py', () => {
  it.skipIf(torch.status !== 0)(
    `steps as trainStep does, and answers what it saw${skipped}`,
    async () => {
      const { batch, fresh, sent, net, weights } = await firstBatch();
      const there = await trainElsewhere('once', sent, net, weights, [
        '--steps',
        '1',
        '--learning-rate',
        '1e-2',
      ]);
      const samples = batch.clicks.map((_, i) => fresh.get(i)!);
      const own = await ownStep(net, weights, { clicks: batch.clicks, samples });
      expect(there.loss).toBeCloseTo(own.loss, 4);

      // Where a bell reaches over the edge, the two could render it in two ways.
      const atEdge = ([y, x]: readonly number[]) => Math.min(y, x, SIZE - 1 - y, SIZE - 1 - x) < 6;
      expect(batch.clicks.flat().some(atEdge)).toBe(true);
      expect(there.answers.readUInt32LE(0)).toBe(batch.lane);
      expect(differing(there.answers, own.probability)).toBe(0);

      // Adam's first step is as long as the learning rate, against the gradient's sign, wherever there is a gradient.
      const { step, state } = there.checkpoint;
      expect(step).toBe(1);
      const most = own.gradient.reduce((a, v) => Math.max(a, Math.abs(v)), 0);
      own.gradient.forEach((g, k) => {
        if (Math.abs(g) < 1e-3 * most) return;
        expect(state.parameters[k] - weights.parameters[k]).toBeCloseTo(-1e-2 * Math.sign(g), 4);
      });
    },
    60_000,
  );

  it.skipIf(torch.status !== 0)(
    `steps by Muon along the nearest orthogonal matrix to a filter bank's gradient, where it is asked to${skipped}`,
    async () => {
      const { batch, fresh, sent, net, weights } = await firstBatch();
      const flags = ['--steps', '1', '--learning-rate', '1e-2', '--optimizer', 'muon'];
      const { checkpoint } = await trainElsewhere('muon', sent, net, weights, flags);
      const samples = batch.clicks.map((_, i) => fresh.get(i)!);
      const { gradient } = await ownStep(net, weights, { clicks: batch.clicks, samples });
      const most = gradient.reduce((a, v) => Math.max(a, Math.abs(v)), 0);
      let banks = 0;
      for (const { offset, size, shape } of net.layout.parameters) {
        const rows = shape.length === 4 ? shape[0] : 1;
        const slope = gradient.subarray(offset, offset + size);
        const moved = Float64Array.from(
          slope,
          (_, k) => checkpoint.state.parameters[offset + k] - weights.parameters[offset + k],
        );
        if (rows === 1) {
          // Norms, biases and the head: Adam's.
          slope.forEach((g, k) => {
            if (Math.abs(g) > 1e-3 * most) expect(moved[k]).toBeCloseTo(-1e-2 * Math.sign(g), 4);
          });
          continue;
        }
        banks++;
        const columns = size / rows;
        const length = -1e-2 * 0.2 * Math.sqrt(Math.max(rows, columns));
        const turned = moved.map((v) => v / length);
        // Five rounds of Newton-Schulz bring singular values near 1, not to it: Jordan's polynomial ends within 0.65 to 1.25.
        const exact = polarFactor(slope, rows);
        const apart = Math.hypot(...turned.map((v, k) => v - exact[k])) / Math.sqrt(rows);
        expect(apart).toBeLessThan(0.35);
        const plain = Math.hypot(...slope);
        expect(
          Math.hypot(...exact.map((v, k) => v - (slope[k] * Math.sqrt(rows)) / plain)) / Math.sqrt(rows),
        ).toBeGreaterThan(apart);
      }
      expect(banks).toBe(12);
    },
    60_000,
  );

  it.skipIf(torch.status !== 0)(
    `starts from no weights that are no numbers, writes none, and refuses flags that cannot be meant${skipped}`,
    async () => {
      const { sent, net, weights } = await firstBatch();
      const trying = (name: string, flags: string[]) => runTrainer(name, sent, net, weights, flags);
      // The first filter's answers are so far apart that single precision cannot hold their variance, which no loss shows.
      const filter = weights.parameters.slice(0, 9);
      weights.parameters.fill(1e30, 0, 9);
      const lost = await trying('lost', ['--steps', '1']);
      expect(lost.status).toBe(1);
      expect(lost.stderr).toMatch(/no longer numbers after step 1; none were written/);
      expect(await readdir(lost.run)).toEqual(['log.jsonl']);
      weights.parameters.set(filter);
      weights.means[3] = Number.NaN;
      const start = await trying('start', ['--steps', '1']);
      expect(start.status).toBe(1);
      expect(start.stderr).toMatch(/^--start .*start-start holds means that are no numbers\n$/);
      // No feed was started.
      expect(existsSync(start.answers)).toBe(false);
      weights.means[3] = 0;
      for (const [flag, value] of [
        ['--seconds', '-5'],
        ['--seconds', '0'],
        ['--learning-rate', '0'],
        ['--learning-rate', 'nan'],
        ['--average', '1'],
      ]) {
        const { status, stderr } = await trying('refused', [`${flag}=${value}`]);
        expect(status).toBe(2);
        expect(stderr).toContain(`argument ${flag}: ${value} is no`);
      }
    },
    60_000,
  );

  it.skipIf(torch.status !== 0)(
    `shows every image its answer before the newest click${skipped}`,
    async () => {
      const feed = startFeed();
      const [first, other] = [await feed.batch(), await feed.batch()];
      feed.answer(first.batch.lane, () => undefined);
      const next = await feed.batch();
      feed.input.end();
      await feed.ended;
      const net = unet({ width: 4, levels: 2, previousMask: true });
      const weights = initialWeights(net, seededRandom(1));
      // Three steps that change nothing: what differs between them is what the network sees.
      const there = await trainElsewhere('before', feed.raw(), net, weights, [
        '--previous-mask',
        '--previous-mask-drop',
        '0',
        '--steps',
        '3',
        '--learning-rate',
        '1e-12',
      ]);

      const samplesOf = ({ batch, fresh }: typeof first) =>
        batch.places.map((place, i) => fresh.get(i) ?? first.fresh.get(first.batch.places.indexOf(place))!);
      const steps: Awaited<ReturnType<typeof ownStep>>[] = [];
      for (const one of [first, other]) {
        steps.push(await ownStep(net, weights, { clicks: one.batch.clicks, samples: samplesOf(one) }));
      }
      const answered = (i: number) =>
        Uint8Array.from(steps[0].probability.subarray(i * SIZE * SIZE, (i + 1) * SIZE * SIZE), (p) =>
          p >= 0.5 ? 1 : 0,
        );
      const previous = next.batch.places.map((place, i) =>
        next.fresh.has(i) ? new Uint8Array(SIZE * SIZE) : answered(first.batch.places.indexOf(place)),
      );
      expect(previous.filter((mask) => mask.includes(1) && mask.includes(0)).length).toBeGreaterThan(3);
      const rest = { clicks: next.batch.clicks, samples: samplesOf(next) };
      steps.push(await ownStep(net, weights, { ...rest, previous }));
      expect(there.loss).toBeCloseTo(steps.reduce((sum, { loss }) => sum + loss, 0) / 3, 5);
      const bytes = 4 + (BATCH * SIZE * SIZE) / 8;
      for (const [i, { probability }] of steps.entries()) {
        expect(differing(there.answers.subarray(i * bytes, (i + 1) * bytes), probability)).toBe(0);
      }
      // Which without the masks it would not be.
      const blind = await ownStep(net, weights, rest);
      expect(differing(there.answers.subarray(2 * bytes), blind.probability)).toBeGreaterThan(0);
    },
    60_000,
  );
});

import type { Readable, Writable } from 'node:stream';
import { ClicksegError } from '@clickseg/raster';
import {
  type RollingBatch,
  randomStream,
  rollingBatch,
  TRAIN_DEFAULTS,
  type TrainingSample,
} from '@clickseg/train';
import { MODEL_CT, STAGES, type Stage } from './recipe.ts';
import { stageSet } from './stage-set.ts';
import { trainingSlices } from './training-slices.ts';

export interface FeedCommand {
  readonly data?: string;
  /** What `pack` wrote, instead of a data folder. */
  readonly slices?: string;
  /** Instead of model-ct's own. */
  readonly stages?: readonly Stage[];
  readonly stage: number;
  /** Rolling batches that are under way at once, so that one can be corrected while another is trained on. */
  readonly lanes: number;
  /** Images that are open in a lane. */
  readonly pool: number;
  /** This process of so many, 1/1, 2/3: each draws other images. */
  readonly share: string;
  readonly input?: Readable;
  readonly output?: Writable;
}

// 2 GB of images and a quarter of that of targets.
const MOST_PIXELS = 2 ** 29;

/** The first line of the feed: what its trainer must know. */
export interface FeedHead {
  readonly stage: number;
  /** `[h, w]` of every image. */
  readonly shape: readonly [number, number];
  /** Images of a lane's batch. */
  readonly batch: number;
  readonly lanes: number;
  readonly pool: number;
  /** The stage's. */
  readonly steps: number;
  readonly stepBatch: number;
  readonly learningRate: number;
  readonly average: number;
}

/** A line of the feed, before the pixels of its fresh images. */
export interface FeedBatch {
  readonly lane: number;
  /** Each image's place in the lane's pool. */
  readonly places: readonly number[];
  /** Which of the images were never sent. */
  readonly fresh: readonly number[];
  /** Each image's clicks: y, x, and 1 for foreground or 0. */
  readonly clicks: readonly (readonly (readonly [y: number, x: number, foreground: number])[])[];
}

/**
 * Draws, crops and clicks for a network that trains elsewhere, such as in PyTorch on a GPU (`gpu/train.py`): the same
 * samples and the same annotator as `train`, with a process for each core.
 *
 * It writes a line of JSON ({@link FeedHead}), then batches: a line of JSON ({@link FeedBatch}), and for each fresh image
 * `[h, w]` float32 and its target `[h, w]` bytes. It reads answers: the lane as an unsigned 32-bit number, then the masks of
 * the lane's batch `[batch, h, w]`, eight pixels a byte, the first in the highest bit. Numbers are little-endian. Every lane has
 * one batch out at a time, and its next one follows its answer. It ends with its input.
 *
 * @throws ClicksegError `invalid-option`; `too-large` for more open images than memory is meant for; `invalid-file` for slices that cannot be read and an answer for no lane
 */
export async function feedCommand(options: FeedCommand): Promise<void> {
  const { data, slices, stages = STAGES, stage: number, lanes, pool, share } = options;
  const { input = process.stdin, output = process.stdout } = options;
  const stage = stages[number - 1];
  if (stage?.reading !== 'rolling')
    throw new ClicksegError('invalid-option', `feed: --stage ${number} is no stage whose batch rolls`);
  if (!(Number.isInteger(lanes) && lanes >= 1))
    throw new ClicksegError('invalid-option', `feed: --lanes ${lanes} is not a whole number above 0`);
  const [, part, parts] = (/^(\d+)\/(\d+)$/.exec(share) ?? []).map(Number);
  if (!(part >= 1 && part <= parts))
    throw new ClicksegError('invalid-option', `feed: --share ${share} is not like 1/2`);
  const { batch } = MODEL_CT;
  if (!(Number.isInteger(pool) && pool >= batch))
    throw new ClicksegError('invalid-option', `feed: --pool ${pool} does not hold a batch of ${batch}`);
  const pixels = lanes * pool * stage.crop[0] * stage.crop[1];
  if (pixels > MOST_PIXELS) {
    const why = `are ${pixels} pixels of open images, more than ${MOST_PIXELS}`;
    throw new ClicksegError('too-large', `feed: --lanes ${lanes} and --pool ${pool} ${why}`);
  }

  const set = stageSet(await trainingSlices('feed', { data, slices }), stage);
  const { interactions, steps, learningRate, average, batch: stepBatch = batch } = stage;
  const head = {
    stage: number,
    shape: stage.crop,
    batch,
    lanes,
    pool,
    steps,
    stepBatch,
    learningRate,
    average,
  };
  output.write(`${JSON.stringify(head satisfies FeedHead)}\n`);
  const feeding = Array.from({ length: lanes }, (_, i) => {
    const seed = MODEL_CT.seed + 1000 * number + (part - 1) * lanes + i;
    const streamOf = (image: number) => randomStream(seed, 2 * image);
    return lane(
      i,
      rollingBatch(set, { batch, pool, interactions, strategy: TRAIN_DEFAULTS.strategy, streamOf }),
      seed,
    );
  });
  for (const one of feeding) output.write(one.next());
  const bytes = 4 + (batch * stage.crop[0] * stage.crop[1]) / 8;
  for await (const answer of pieces(input, bytes)) {
    const at = answer.readUInt32LE(0);
    if (!(at < lanes)) throw new ClicksegError('invalid-file', `feed: an answer for lane ${at} of ${lanes}`);
    feeding[at].answered(answer.subarray(4));
    output.write(feeding[at].next());
  }
}

function lane(number: number, rolling: RollingBatch, seed: number) {
  const sent = new Map<number, TrainingSample>();
  let random: () => number;
  let step = 0;
  return {
    next(): Buffer {
      random = randomStream(seed, 2 * ++step - 1);
      rolling.choose(random);
      const { samples, places, clicks } = rolling;
      const fresh = places.map((_, i) => i).filter((i) => sent.get(places[i]) !== samples[i]);
      const line: FeedBatch = {
        lane: number,
        places,
        fresh,
        clicks: clicks.map((some) => some.map(({ y, x, label }) => [y, x, label === 'foreground' ? 1 : 0])),
      };
      const parts = [Buffer.from(`${JSON.stringify(line)}\n`)];
      for (const i of fresh) {
        const { image, target } = samples[i];
        sent.set(places[i], samples[i]);
        parts.push(Buffer.from(new Uint8Array(image.buffer, image.byteOffset, image.byteLength)));
        parts.push(Buffer.from(target));
      }
      return Buffer.concat(parts);
    },
    answered(masks: Uint8Array): void {
      const probability = new Float32Array(8 * masks.length);
      for (let k = 0; k < probability.length; k++) probability[k] = (masks[k >> 3] >> (7 - (k & 7))) & 1;
      rolling.advance(probability, random);
    },
  };
}

/** A stream in pieces of one length. */
async function* pieces(stream: Readable, length: number): AsyncGenerator<Buffer> {
  const waiting: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    waiting.push(chunk);
    size += chunk.length;
    if (size < length) continue;
    let all = Buffer.concat(waiting.splice(0));
    for (; all.length >= length; all = all.subarray(length)) yield all.subarray(0, length);
    waiting.push(all);
    size = all.length;
  }
}

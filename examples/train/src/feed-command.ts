import type { Readable, Writable } from 'node:stream';
import { ClicksegError } from '@clickseg/raster';
import { type RollingBatch, randomStream, rollingBatch, sliceSet, type TrainingSample } from '@clickseg/train';
import { MODEL_CT, STAGES } from './recipe.ts';
import { trainingSlices } from './training-slices.ts';

export interface FeedCommand {
  readonly data?: string;
  /** What `pack` wrote, instead of a data folder. */
  readonly slices?: string;
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

/**
 * Draws, crops and clicks for a network that trains elsewhere, such as in PyTorch on a GPU (`gpu/train.py`).
 *
 * It writes batches to its output: a line of JSON ({@link Batch}), then for each fresh image `[h, w]` float32 and its
 * target `[h, w]` bytes. It reads answers from its input: the lane as an unsigned 32-bit number, then the masks of the
 * lane's batch `[batch, h, w]`, eight pixels a byte, the first in the highest bit. Numbers are little-endian. Every lane has one
 * batch out at a time, and its next one follows its answer. It ends with its input.
 */
export interface Batch {
  readonly lane: number;
  readonly shape: readonly [number, number];
  /** Each image's place in the lane's pool. */
  readonly places: readonly number[];
  /** Which of the images were never sent. */
  readonly fresh: readonly number[];
  /** Each image's clicks: y, x, and 1 for foreground or 0. */
  readonly clicks: readonly (readonly (readonly [number, number, number])[])[];
}

export async function feedCommand(options: FeedCommand): Promise<void> {
  const { data, slices, stage: number, lanes, pool, share } = options;
  const { input = process.stdin, output = process.stdout } = options;
  const stage = STAGES[number - 1];
  if (stage?.reading !== 'rolling')
    throw new ClicksegError('invalid-option', `feed: --stage ${number} is no stage whose batch rolls`);
  const [process_, processes] = share.split('/').map(Number);
  if (!(process_ >= 1 && process_ <= processes))
    throw new ClicksegError('invalid-option', `feed: --share ${share} is not like 1/2`);

  const set = sliceSet(await trainingSlices('feed', { data, slices }), { shape: stage.crop, ...stage });
  const { batch } = MODEL_CT;
  const feeding = Array.from({ length: lanes }, (_, i) => {
    const seed = MODEL_CT.seed + 1000 * number + (process_ - 1) * lanes + i;
    const streamOf = (image: number) => randomStream(seed, 2 * image);
    const { interactions } = stage;
    return lane(i, rollingBatch(set, { batch, pool, interactions, strategy: 'sakinis', streamOf }), seed, set.shape);
  });
  for (const one of feeding) output.write(one.next());
  const bytes = 4 + (batch * set.shape[0] * set.shape[1]) / 8;
  for await (const answer of pieces(input, bytes)) {
    const at = answer.readUInt32LE(0);
    if (!(at < lanes)) throw new ClicksegError('invalid-file', `feed: an answer for lane ${at} of ${lanes}`);
    feeding[at].answered(answer.subarray(4));
    output.write(feeding[at].next());
  }
}

function lane(number: number, rolling: RollingBatch, seed: number, shape: readonly [number, number]) {
  const sent = new Map<number, TrainingSample>();
  let random: () => number;
  let step = 0;
  return {
    next(): Buffer {
      random = randomStream(seed, 2 * ++step - 1);
      rolling.choose(random);
      const { samples, places, clicks } = rolling;
      const fresh = places.map((_, i) => i).filter((i) => sent.get(places[i]) !== samples[i]);
      const head: Batch = {
        lane: number,
        shape,
        places,
        fresh,
        clicks: clicks.map((some) => some.map(({ y, x, label }) => [y, x, label === 'foreground' ? 1 : 0])),
      };
      const parts = [Buffer.from(`${JSON.stringify(head)}\n`)];
      for (const i of fresh) {
        const { image, target } = samples[i];
        sent.set(places[i], samples[i]);
        parts.push(Buffer.from(new Uint8Array(image.buffer, image.byteOffset, image.byteLength)), Buffer.from(target));
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
async function* pieces(stream: Readable, length: number): AsyncGenerator<Buffer<ArrayBuffer>> {
  const waiting: Buffer<ArrayBuffer>[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer<ArrayBuffer>>) {
    waiting.push(chunk);
    size += chunk.length;
    if (size < length) continue;
    let all = Buffer.concat(waiting.splice(0));
    for (; all.length >= length; all = all.subarray(length)) yield all.subarray(0, length);
    waiting.push(all);
    size = all.length;
  }
}

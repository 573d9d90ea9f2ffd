import { ClicksegError } from '@clickseg/raster';
import type { Unet, UnetWeights } from '../unet/unet.ts';
import type { TrainingState } from './network.ts';
import type { OpenImage } from './rolling.ts';

/** Where a training run stands. */
export interface Checkpoint {
  /** Steps done. */
  readonly step: number;
  /** What the run was started with; a resumed run must have been started with the same. */
  readonly recipe: string;
  readonly state: TrainingState;
  /** The moving average of the weights, where the run keeps one. */
  readonly averaged?: UnetWeights;
  /** The images that are in the batch, where they stay for several steps. */
  readonly open?: readonly OpenImage[];
}

/** Keeps checkpoints. `save` must not leave half a file behind: write beside it, then rename. */
export interface CheckpointStore {
  load(): Promise<Uint8Array | undefined>;
  save(bytes: Uint8Array): Promise<void>;
}

const MAGIC = 'clickseg-checkpoint-1\n';
const ARRAYS = ['parameters', 'm', 'v', 'means', 'variances'] as const;
const AVERAGED = ['parameters', 'means', 'variances'] as const;

/** A line that names the format, a line of JSON, then the arrays as little-endian float32. */
export function writeCheckpoint({
  step,
  recipe,
  state,
  averaged,
  open,
}: Checkpoint): Uint8Array<ArrayBuffer> {
  const arrays = [
    ...ARRAYS.map((name) => state[name]),
    ...(averaged ? AVERAGED.map((name) => averaged[name]) : []),
  ];
  const lengths = arrays.map((array) => array.length);
  const head = new TextEncoder().encode(`${MAGIC}${JSON.stringify({ step, recipe, lengths, open })}\n`);
  const out = new Uint8Array(head.length + 4 * lengths.reduce((a, b) => a + b, 0));
  out.set(head);
  let at = head.length;
  for (const array of arrays) {
    out.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at += array.byteLength;
  }
  return out;
}

/**
 * How many parameters the network of a checkpoint has, which tells networks apart that it could be of.
 * @throws ClicksegError `invalid-checkpoint` for bytes that are no checkpoint
 */
export function parameterCountOf(bytes: Uint8Array): number {
  return Number(headOf(bytes).head.lengths?.[0]);
}

/**
 * @param recipe - what the run that resumes was started with; any, to read the weights only
 * @throws ClicksegError `invalid-checkpoint` for bytes that are no checkpoint, are cut short, or belong to
 *   another network or recipe
 */
export function readCheckpoint(bytes: Uint8Array, net: Unet, recipe?: string): Checkpoint {
  const { head, end } = headOf(bytes);
  if (recipe !== undefined && head.recipe !== recipe)
    throw wrong(`it belongs to another run: ${head.recipe}, not ${recipe}`);
  const { parameterCount: p, channelCount: c } = net.layout;
  const state = [p, p, p, c, c];
  const known = [state, [...state, p, c, c]].find((lengths) => String(lengths) === String(head.lengths));
  if (!known) throw wrong(`arrays of [${head.lengths}], the network has [${state}]`);
  const total = known.reduce((a, b) => a + b, 0);
  if (bytes.length !== end + 1 + 4 * total)
    throw wrong(`${bytes.length} bytes, expected ${end + 1 + 4 * total}`);
  // A copy: floats lie at multiples of four, which a Node Buffer's `slice` does not see to.
  const floats = new Float32Array(new Uint8Array(bytes.subarray(end + 1)).buffer);
  let at = 0;
  const next = (names: readonly string[], from: number) =>
    Object.fromEntries(names.map((name, i) => [name, floats.slice(at, (at += known[from + i]))]));
  return {
    step: head.step,
    recipe: head.recipe,
    state: next(ARRAYS, 0) as unknown as TrainingState,
    ...(head.open && { open: head.open }),
    ...(known.length > ARRAYS.length && {
      averaged: next(AVERAGED, ARRAYS.length) as unknown as UnetWeights,
    }),
  };
}

/** The second line of a checkpoint, and where it ends. */
function headOf(bytes: Uint8Array) {
  const text = new TextDecoder('latin1').decode(bytes.subarray(0, MAGIC.length));
  const end = bytes.indexOf(10, MAGIC.length);
  if (text !== MAGIC || end < 0)
    throw wrong(`${bytes.length} bytes that do not begin with its format's name`);
  const head = readHead(bytes.subarray(MAGIC.length, end));
  if (!head) throw wrong('its second line is no JSON object');
  return { head, end };
}

function wrong(why: string): ClicksegError {
  return new ClicksegError('invalid-checkpoint', `checkpoint: ${why}`);
}

// biome-ignore lint/suspicious/noExplicitAny: what a file says; its lengths and recipe are checked above
function readHead(line: Uint8Array): any {
  try {
    const head: unknown = JSON.parse(new TextDecoder().decode(line));
    return typeof head === 'object' && head !== null ? head : undefined;
  } catch {
    return undefined;
  }
}

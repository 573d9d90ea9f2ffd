import { ClicksegError } from '@clickseg/raster';
import type { BackendSession } from './backend.ts';
import { backendFault } from './backend-fault.ts';
import type { ModelMetadata } from './metadata.ts';
import { checkOutput, type ModelIo } from './model-io.ts';
import { refuseModel } from './refuse-model.ts';

/** A loaded network and how it is fed. */
export interface Network {
  readonly session: BackendSession;
  readonly metadata: ModelMetadata;
  readonly io: ModelIo;
}

// Rounding may carry a sigmoid's end this far over; anything beyond is no probability.
const SLACK = 1e-3;

/**
 * Runs a network once.
 *
 * @param input - `[1, channels, h, w]`, dense
 * @returns `[h, w]` as the network gave it: see {@link toProbability}
 * @throws ClicksegError `backend-failed` where the run fails, `invalid-model` for a wrong output shape;
 * the signal's reason where a backend stopped on it
 */
export async function runNetwork(
  { session, io }: Network,
  input: Float32Array,
  [h, w]: readonly [number, number],
  signal?: AbortSignal,
): Promise<Float32Array> {
  const feeds = { [io.input]: { type: 'float32', data: input, dims: [1, io.channels, h, w] } } as const;
  try {
    const outputs = await session.run(feeds, { outputs: [io.output], signal });
    // Inside, since a backend may answer with nothing, or with what is no tensor.
    return checkOutput(outputs[io.output], io.output, h, w);
  } catch (cause) {
    throw backendFault(`${session.provider}: the run failed`, cause, signal);
  }
}

/**
 * A network's answer as a probability; logits pass through a sigmoid.
 * @throws ClicksegError `invalid-model` for a value that is no probability, `backend-failed` for NaN
 */
export function toProbability(value: number, output: ModelMetadata['output']): number {
  const p = output === 'logits' ? 1 / (1 + Math.exp(-value)) : value;
  if (p >= 0 && p <= 1) return p;
  if (p >= -SLACK && p <= 1 + SLACK) return p < 0 ? 0 : 1;
  if (Number.isNaN(value)) throw new ClicksegError('backend-failed', 'the network answered NaN');
  const hint = "if it gives logits, its metadata must say output: 'logits'";
  return refuseModel(`it answered ${value}, which is no probability; ${hint}`);
}

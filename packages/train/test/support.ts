import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import * as ort from 'onnxruntime-node';
import { expect } from 'vitest';
import { type UnetVariant, unet } from '../src/index.ts';

/** Runs a model's bytes once under onnxruntime-node with float32 feeds. */
export async function run(
  model: Uint8Array,
  feeds: Record<string, { data: Float32Array; shape: readonly number[] }>,
): Promise<Record<string, Float32Array>> {
  const session = await ort.InferenceSession.create(model, { logSeverityLevel: 3, intraOpNumThreads: 1 });
  const inputs = Object.entries(feeds).map(([name, { data, shape }]) => [
    name,
    new ort.Tensor('float32', data, shape),
  ]);
  const outputs = await session.run(Object.fromEntries(inputs));
  await session.release();
  return Object.fromEntries(Object.entries(outputs).map(([name, t]) => [name, t.data as Float32Array]));
}

/** PyTorch's answer to one training step: see fixtures/make_gradients.py. */
export interface TorchCase {
  variant?: UnetVariant;
  previousMask?: boolean;
  /** How a step's maps lie in memory, added by {@link arrangements}. */
  block?: number;
  width: number;
  levels: number;
  batch: number;
  size: [number, number];
  loss: number;
  adam: { rate: number; losses: number[] };
  arrays: Record<string, Float32Array>;
}

export function torchCases(manifest = 'gradients.json'): TorchCase[] {
  const folder = new URL('./fixtures/', import.meta.url);
  const { cases } = JSON.parse(readFileSync(new URL(manifest, folder), 'utf8'));
  return cases.map((c: TorchCase & { file: string; lengths: Record<string, number> }) => {
    const bytes = gunzipSync(readFileSync(new URL(c.file, folder)));
    const all = new Float32Array(
      bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer,
    );
    let at = 0;
    const arrays = Object.fromEntries(
      Object.entries(c.lengths).map(([name, n]) => [name, all.slice(at, (at += n))]),
    );
    return { ...c, arrays };
  });
}

/** Each case as a plain graph, and those whose width fills a block of channels in the order of this machine's too. */
export function arrangements(cases: TorchCase[], block: number): [string, TorchCase][] {
  return cases.flatMap((c) => {
    const mask = c.previousMask ? ', previous mask' : '';
    const name = `${c.variant ?? 'fig2'}, width ${c.width}, levels ${c.levels}${mask}`;
    const both: [string, TorchCase][] = [[name, c]];
    // A machine without blocks (1) has the plain graph alone.
    if (block > 1 && c.width % block === 0) both.push([`${name}, in blocks of ${block}`, { ...c, block }]);
    return both;
  });
}

/** What a training step is fed in a case. */
export function feeds(c: TorchCase) {
  const { arrays, batch, size } = c;
  const [h, w] = size;
  return {
    x: { data: arrays.x, shape: [batch, unet(c).inputChannels, h, w] },
    target: { data: arrays.target, shape: [batch, 1, h, w] },
    parameters: { data: arrays.parameters, shape: [arrays.parameters.length] },
  };
}

/** The largest difference between two arrays of the same length. */
export function worst(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i] - b[i]));
  return most;
}

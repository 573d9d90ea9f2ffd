import type { Tensor } from 'onnxruntime-common';
import { type ModelFile, writeModelFile } from '../onnx/model-file.ts';
import { ProtobufWriter } from '../onnx/protobuf.ts';
import type { OnnxRuntime } from '../training/network.ts';
import { sessionOptions } from '../training/session-options.ts';

/** Smallest and largest value of an activation over the calibration inputs, 0 always among them. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

export interface CalibrationInput {
  /** `[n, c, h, w]`, as the network is fed in use: windows with their clicks and, where it reads them, its previous masks. */
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** What runs the model, on how many threads. */
export interface Runner {
  readonly ort: OnnxRuntime;
  readonly threads?: number;
}

// Enough of a map to know its tail; sorting all of it would take longer than the network.
const SAMPLED = 50_000;

/**
 * Smallest and largest values of the named activations of the float model over the inputs.
 *
 * @param share - of an activation's values that its range must hold, 1 for all of them; the rest, half of it at
 *   either end, saturates
 */
export async function calibrate(
  file: ModelFile,
  names: readonly string[],
  inputs: readonly CalibrationInput[],
  { share, ...runner }: Runner & { readonly share: number },
): Promise<Map<string, Range>> {
  const ranges = new Map<string, Range>();
  await watch(file, names, inputs, runner, (name, { data }) => {
    const { least, most } = rangeOf(data as Float32Array, share);
    const before = ranges.get(name) ?? { least: 0, most: 0 };
    ranges.set(name, { least: Math.min(before.least, least), most: Math.max(before.most, most) });
  });
  return ranges;
}

/** Mean and (biased) variance of every channel of an activation, `[c]` each. */
export interface Moments {
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

/** Means and variances of the named activations `[n, c, h, w]` over the inputs, channel by channel. */
export async function channelMoments(
  file: ModelFile,
  names: readonly string[],
  inputs: readonly CalibrationInput[],
  runner: Runner,
): Promise<Map<string, Moments>> {
  const totals = new Map<string, { count: number; sum: Float64Array; squares: Float64Array }>();
  await watch(file, names, inputs, runner, (name, { data, dims: [n, c, h, w] }) => {
    const total = totals.get(name) ?? { count: 0, sum: new Float64Array(c), squares: new Float64Array(c) };
    totals.set(name, total);
    total.count += n * h * w;
    for (let plane = 0, at = 0; plane < n * c; plane++) {
      let [sum, squares] = [0, 0];
      for (const end = at + h * w; at < end; at++) {
        const v = (data as Float32Array)[at];
        sum += v;
        squares += v * v;
      }
      total.sum[plane % c] += sum;
      total.squares[plane % c] += squares;
    }
  });
  const moments = ([name, { count, sum, squares }]: [
    string,
    { count: number; sum: Float64Array; squares: Float64Array },
  ]) => {
    const mean = sum.map((s) => s / count);
    const variance = squares.map((s, c) => Math.max(0, s / count - mean[c] ** 2));
    return [name, { mean: Float32Array.from(mean), variance: Float32Array.from(variance) }] as const;
  };
  return new Map([...totals].map(moments));
}

/** Runs the model on the inputs with the named activations as further outputs, and shows each of them. */
async function watch(
  file: ModelFile,
  names: readonly string[],
  inputs: readonly CalibrationInput[],
  { ort, threads }: Runner,
  see: (name: string, activation: Tensor) => void,
): Promise<void> {
  const wanted = names.filter((name) => !file.inputs.includes(name));
  const outputs = wanted.map((name) =>
    new ProtobufWriter()
      .message(12, (v) => v.string(1, name).message(2, (t) => t.message(1, (x) => x.int(1, 1))))
      .finish(),
  );
  const model = writeModelFile({ ...file, graphRest: [...file.graphRest, ...outputs] });
  const session = await ort.InferenceSession.create(model, sessionOptions(threads));
  try {
    for (const { data, shape } of inputs) {
      const feed = new ort.Tensor('float32', data, shape);
      const result = { ...(await session.run({ [file.inputs[0]]: feed })), [file.inputs[0]]: feed };
      for (const name of names) see(name, result[name] as Tensor);
    }
  } finally {
    await session.release();
  }
}

function rangeOf(values: Float32Array, share: number): Range {
  if (share >= 1) {
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const v of values) {
      if (v < least) least = v;
      if (v > most) most = v;
    }
    return { least, most };
  }
  const every = Math.max(1, Math.floor(values.length / SAMPLED));
  const sorted = Float32Array.from(
    { length: Math.floor(values.length / every) },
    (_, i) => values[i * every],
  );
  sorted.sort();
  const cut = Math.floor(((1 - share) / 2) * sorted.length);
  return { least: sorted[cut], most: sorted[sorted.length - 1 - cut] };
}

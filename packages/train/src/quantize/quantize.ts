import { ClicksegError, withDefaults } from '@clickseg/raster';
import {
  type FileNode,
  floatsOf,
  type ModelFile,
  newNode,
  readModelFile,
  tensorMessage,
  withInputs,
  writeModelFile,
} from '../onnx/model-file.ts';
import type { OnnxRuntime } from '../training/network.ts';
import { checkThreads } from '../training/session-options.ts';
import { type CalibrationInput, calibrate, type Range } from './calibrate.ts';
import { planQuantization } from './plan.ts';

export interface QuantizeOptions {
  /** Pass `onnxruntime-node` as it is: the float model is run to see the ranges of its activations. */
  readonly ort: OnnxRuntime;
  /** A few dozen typical inputs. */
  readonly inputs: readonly CalibrationInput[];
  /** Share of an activation's values that its range holds; 1 is min-max. */
  readonly share?: number;
  /**
   * 7, the default, is right on every processor. x86 before VNNI (most laptops up to 2020, AMD's up to Zen 3) adds products
   * of bytes with saturation, so that 8 answers wrongly there and says nothing; ask for it where every machine has VNNI or is an ARM.
   */
  readonly weightBits?: 7 | 8;
  /** CPU threads of onnxruntime; its own choice by default. */
  readonly threads?: number;
}

export const QUANTIZE_DEFAULTS = { share: 0.9999, weightBits: 7 } as const;

const [UINT8, INT8, INT32, FLOAT] = [2, 3, 6, 1];

// Half of what an int32 holds: a convolution adds its products to the bias.
const MOST_BIAS = 2 ** 30;

/**
 * Rewrites a float model's convolutions to 8 bits, with QuantizeLinear and DequantizeLinear around each ("QDQ"), which
 * onnxruntime, OpenVINO and TensorRT turn into integer convolutions: weights int8, symmetric, a scale an output
 * channel; activations uint8, a scale a tensor.
 *
 * The first convolution, the up-convolutions and the head stay float: they hold little of the work, and most of the
 * precision. Everything else in the file, metadata included, is kept. Weights shrink to a quarter.
 *
 * @throws ClicksegError `invalid-model` for other bytes, operators older than opset 13, or nothing to quantise;
 *   `invalid-option` without inputs, for a share outside (0.5, 1], other bits, or threads that no machine has
 */
export async function quantize(
  model: Uint8Array,
  options: QuantizeOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const { ort, inputs, share, weightBits, threads } = withDefaults(QUANTIZE_DEFAULTS, options);
  if (inputs.length === 0) throw new ClicksegError('invalid-option', 'quantize: no inputs to calibrate with');
  checkQuantizeOptions({ share, weightBits, threads });
  const file = readModelFile(model);
  if (file.opset < 13) {
    const why = `operators of opset ${file.opset}; scales a channel need 13`;
    throw new ClicksegError('invalid-model', `quantize: ${why}`);
  }
  const plan = planQuantization(file);
  if (plan.convolutions.size === 0) {
    throw new ClicksegError('invalid-model', 'quantize: no 2-D convolution with constant weights and a ReLU');
  }
  const measured = [...plan.activations].filter((name) => !plan.sharesWith.has(name));
  const ranges = await calibrate(file, measured, inputs, { ort, threads, share });
  return rewrite(file, plan, ranges, weightBits);
}

/**
 * That {@link quantize} can mean its numbers; for a program that wants to know it before it reads its images.
 * @throws ClicksegError `invalid-option`
 */
export function checkQuantizeOptions(
  options: Pick<QuantizeOptions, 'share' | 'weightBits' | 'threads'>,
): void {
  const { share, weightBits, threads } = withDefaults(QUANTIZE_DEFAULTS, options);
  checkThreads(threads);
  if (!(share > 0.5 && share <= 1)) {
    throw new ClicksegError('invalid-option', `quantize: share ${share} is not above 0.5 and at most 1`);
  }
  if (weightBits !== 7 && weightBits !== 8) {
    throw new ClicksegError('invalid-option', `quantize: weightBits ${weightBits} is neither 7 nor 8`);
  }
}

function rewrite(
  file: ModelFile,
  { convolutions, activations, sharesWith }: ReturnType<typeof planQuantization>,
  ranges: ReadonlyMap<string, Range>,
  weightBits: 7 | 8,
): Uint8Array<ArrayBuffer> {
  const initializers = new Map(file.initializers);
  const nodes: FileNode[] = [];
  const put = (name: string, type: number, shape: number[], data: ArrayBufferView) => {
    initializers.set(name, tensorMessage(name, type, shape, data));
    return name;
  };
  const originOf = (name: string): string => (sharesWith.has(name) ? originOf(sharesWith.get(name)!) : name);
  const scales = new Map<string, number>();
  const scaleOf = (name: string) => {
    const origin = originOf(name);
    let scale = scales.get(origin);
    if (scale === undefined) {
      const { least, most } = ranges.get(origin)!;
      scale = Math.fround(Math.max(most - least, 1e-6) / 255);
      scales.set(origin, scale);
      put(`${origin}/scale`, FLOAT, [], Float32Array.of(scale));
      const zero = Math.min(255, Math.max(0, Math.round(-least / scale)));
      put(`${origin}/zero`, UINT8, [], Uint8Array.of(zero));
    }
    return scale;
  };
  const addPair = (name: string) => {
    scaleOf(name);
    const by = [`${originOf(name)}/scale`, `${originOf(name)}/zero`];
    nodes.push(newNode('QuantizeLinear', [name, ...by], `${name}/q`));
    nodes.push(newNode('DequantizeLinear', [`${name}/q`, ...by], `${name}/dq`));
  };

  for (const name of file.inputs) if (activations.has(name)) addPair(name);
  for (const node of file.nodes) {
    const inputs = node.inputs.map((name) => (activations.has(name) ? `${name}/dq` : name));
    const weights = convolutions.get(node);
    if (weights) {
      const [x, weight, bias] = node.inputs;
      const [channels, taps] = [weights.shape[0], weights.data.length / weights.shape[0]];
      const biases = bias && floatsOf(file.initializers.get(bias)!)!.data;
      // The bias has the products' step: of a filter that is nearly 0 it would be more steps than an integer holds.
      const least = (row: number) => (biases ? Math.abs(biases[row]) / (MOST_BIAS * scaleOf(x)) : 0);
      const most = weightBits === 8 ? 127 : 63;
      const { values, scale } = quantizeRows(weights.data, channels, taps, most, least);
      const by = [put(`${weight}/scale`, FLOAT, [channels], scale)];
      by.push(put(`${weight}/zero`, INT8, [channels], new Int8Array(channels)));
      put(`${weight}/q`, INT8, weights.shape, values);
      nodes.push(newNode('DequantizeLinear', [`${weight}/q`, ...by], `${weight}/dq`, { axis: 0 }));
      inputs[1] = `${weight}/dq`;
      initializers.delete(weight);
      if (bias && biases) {
        const steps = scale.map((s) => s * scaleOf(x));
        put(
          `${bias}/q`,
          INT32,
          [channels],
          Int32Array.from(biases, (v, c) => Math.round(v / steps[c])),
        );
        const at = put(`${bias}/scale`, FLOAT, [channels], steps);
        nodes.push(newNode('DequantizeLinear', [`${bias}/q`, at], `${bias}/dq`, { axis: 0 }));
        inputs[2] = `${bias}/dq`;
        initializers.delete(bias);
      }
    }
    nodes.push(withInputs(node, inputs));
    for (const name of node.outputs) if (activations.has(name)) addPair(name);
  }
  return writeModelFile({ ...file, nodes, initializers });
}

/** Rows of weights as whole numbers up to `most`, each row with the scale that its largest weight needs, at least `least`. */
function quantizeRows(
  weights: Float32Array,
  rows: number,
  length: number,
  most: number,
  least: (row: number) => number,
) {
  const values = new Int8Array(weights.length);
  const scale = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    let largest = 0;
    for (let i = row * length; i < (row + 1) * length; i++) largest = Math.max(largest, Math.abs(weights[i]));
    scale[row] = Math.max(Math.max(largest, 1e-8) / most, least(row));
    for (let i = row * length; i < (row + 1) * length; i++) values[i] = Math.round(weights[i] / scale[row]);
  }
  return { values, scale };
}

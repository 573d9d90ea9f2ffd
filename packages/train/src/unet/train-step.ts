import { ClicksegError, withDefaults } from '@clickseg/raster';
import { BLOCKED_OPERATORS } from '../blocked/operators.ts';
import type { Graph, Tensor } from '../onnx/graph.ts';
import { type AdamOptions, adam } from '../ops/adam.ts';
import { add } from '../ops/add.ts';
import { diceLoss } from '../ops/dice-loss.ts';
import { channelsOf, poolFixed } from '../ops/fixed.ts';
import { join } from '../ops/join.ts';
import type { NormStatistics } from '../ops/norm-relu.ts';
import { type Operators, PLANE_OPERATORS } from '../ops/operators.ts';
import { Tape } from '../ops/tape.ts';
import { buildUnet, type LayerKit } from './topology.ts';
import type { Unet } from './unet.ts';

export interface TrainStepOptions {
  /** Images a step. */
  readonly batch: number;
  /** `[height, width]`, or one number for both; multiples of 2^levels. */
  readonly size: number | readonly [number, number];
  /** 'adam' (the paper's) updates in the graph; 'gradient' returns the flat gradient instead. */
  readonly update?: 'adam' | 'gradient';
  /**
   * Channels that lie side by side in memory: with what {@link channelBlock} says of this machine a step takes 0.6
   * of the time, on this machine; 1 is plain ONNX, for any. Every layer's channels must be a multiple of it.
   */
  readonly block?: number;
  /** Of 'adam'; its learning rate is an input. */
  readonly optimizer?: AdamOptions;
}

export const TRAIN_STEP_DEFAULTS = { update: 'adam', block: 1 } as const;

/**
 * One training step as one ONNX graph: forward, mean Dice loss, backward, and Adam.
 *
 * Inputs: `x` `[n, c, h, w]`, c the network's `inputChannels`, `target` `[n, 1, h, w]`, `parameters` `[p]`, and for Adam
 * `m` `[p]`, `v` `[p]`, `rate` `[]` (learning rate / (1 - beta1^t)) and `correction` `[]` (1 / (1 - beta2^t)); with weight
 * decay `decay` `[]`.
 *
 * Outputs: `loss` `[]`, `dice` `[n, 1, 1, 1]`, `probability` `[n, 1, h, w]`, `means` and `variances` `[c]` of the
 * batch (biased), and `new_parameters`, `new_m`, `new_v` `[p]`, or `gradient` `[p]`.
 *
 * @throws ClicksegError `invalid-option` for a batch below 1 or a size that the levels do not divide, or a `block` that
 *   does not divide every layer's channels
 */
export function trainStep(net: Unet, options: TrainStepOptions): Uint8Array<ArrayBuffer> {
  const { batch, size, update, block, optimizer } = withDefaults(TRAIN_STEP_DEFAULTS, options);
  const [h, w] = typeof size === 'number' ? [size, size] : size;
  checkSize(net, batch, [h, w]);
  if (!fitsBlock(net, block)) {
    throw new ClicksegError('invalid-option', `block ${block} does not divide the channels of every layer`);
  }

  const tape = new Tape(block);
  const { graph } = tape;
  const x = graph.input('x', [batch, net.inputChannels, h, w]);
  const target = graph.input('target', [batch, 1, h, w]);
  const flat = graph.input('parameters', [net.layout.parameterCount]);
  const weights = splitParameters(graph, flat, net);
  const statistics: NormStatistics[] = [];

  const probability = buildUnet(trainingKit(tape, x, weights, statistics), x, net);
  const { loss, dice } = diceLoss(tape, probability, target);
  tape.backward();

  const pieces = weights.map((weight) => graph.reshape(tape.gradientOf(weight), [-1]));
  const gradient = graph.node('Concat', pieces, flat.shape, { axis: 0 });
  graph.output(loss, 'loss');
  graph.output(dice, 'dice');
  graph.output(probability, 'probability');
  const channels = [net.layout.channelCount];
  graph.output(
    graph.node(
      'Concat',
      statistics.map((s) => s.mean),
      channels,
      { axis: 0 },
    ),
    'means',
  );
  graph.output(
    graph.node(
      'Concat',
      statistics.map((s) => s.variance),
      channels,
      { axis: 0 },
    ),
    'variances',
  );
  if (update === 'adam') adam(graph, flat, gradient, optimizer);
  else graph.output(gradient, 'gradient');
  return graph.toModel({ name: `unet_w${net.width}_l${net.levels}_step` });
}

/** The flat vector as one tensor a parameter, in the layout's order. */
function splitParameters(graph: Graph, flat: Tensor, { layout }: Unet): Tensor[] {
  const sizes = layout.parameters.map((p) => p.size);
  const pieces = graph.multi(
    'Split',
    [flat, graph.integers(sizes)],
    sizes.map((n) => [n]),
    { axis: 0 },
  );
  return layout.parameters.map((p, i) => graph.reshape(pieces[i], p.shape));
}

function trainingKit(
  tape: Tape,
  input: Tensor,
  weights: readonly Tensor[],
  statistics: NormStatistics[],
): LayerKit<Tensor> {
  // The topology asks for its parameters in the order in which the layout met them.
  let index = 0;
  const next = () => weights[index++];
  const fixed = new Set([input]);
  const withoutGradient = (x: Tensor) => {
    fixed.add(x);
    return x;
  };
  const ops: Operators = tape.block > 1 ? BLOCKED_OPERATORS : PLANE_OPERATORS;
  const norm = (x: Tensor) => {
    const normal = ops.normRelu(tape, x, next(), next());
    statistics.push(normal.statistics);
    return normal.y;
  };
  return {
    convNormRelu: (_name, x) => norm(ops.convolution(tape, x, next(), !fixed.has(x))),
    separableNormRelu: (_name, x) => norm(ops.pointwise(tape, ops.depthwise(tape, x, next()), next())),
    convolution: (_layer, _share, x) => ops.convolution(tape, x, next(), !fixed.has(x)),
    sumNormRelu: (_layer, shares) => norm(add(tape, shares)),
    maxPool: (x) => (fixed.has(x) ? withoutGradient(poolFixed(tape.graph, x)) : ops.maxPool(tape, x)),
    upConvolution: (_name, x) => ops.upConvolution(tape, x, next(), next()),
    join: (up, skip) => join(tape, up, skip),
    channels: (x, from, count) => withoutGradient(channelsOf(tape.graph, x, from, count)),
    head: (_name, x) => ops.head(tape, x, next(), next()),
  };
}

/** Whether every layer's channels are a multiple of the block. */
export function fitsBlock({ layout }: Unet, block: number): boolean {
  return (
    Number.isInteger(block) && block >= 1 && layout.norms.every(({ channels }) => channels % block === 0)
  );
}

export function checkSize({ levels }: Unet, batch: number, size: readonly [number, number]): void {
  if (!Number.isInteger(batch) || batch < 1) {
    throw new ClicksegError('invalid-option', `batch ${batch} is not a whole number above 0`);
  }
  for (const n of size) {
    if (!Number.isInteger(n) || n < 1 || n % (1 << levels) !== 0) {
      throw new ClicksegError(
        'invalid-option',
        `size ${n} is not a multiple of ${1 << levels}, which ${levels} levels need`,
      );
    }
  }
}

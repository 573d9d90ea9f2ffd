import { ClicksegError, withDefaults } from '@clickseg/raster';
import { Graph, type Tensor } from '../onnx/graph.ts';

/** Adam's constants, as in Kingma and Ba 2015 and PyTorch. */
export const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

/** How Adam steps, apart from the learning rate. */
export interface AdamOptions {
  /** What the mean gradient keeps of itself a step. */
  readonly beta1?: number;
  /** What the mean squared gradient keeps of itself a step. */
  readonly beta2?: number;
  readonly epsilon?: number;
  /** Share of every parameter that a step of learning rate 1 takes away, apart from the gradient (AdamW). */
  readonly weightDecay?: number;
  /** Longest gradient, over all parameters together; a longer one is scaled down to it. 0: any length. */
  readonly clipNorm?: number;
}

export const ADAM_DEFAULTS = { ...ADAM, weightDecay: 0, clipNorm: 0 } as const;

// What PyTorch's clip_grad_norm_ adds to the length.
const LENGTH_EPSILON = 1e-6;

/**
 * One Adam update of the flat parameter vector, in the graph.
 *
 * Adds the inputs `m`, `v`, `rate`, `correction` (and `decay`, where there is weight decay) and the outputs
 * `new_parameters`, `new_m`, `new_v`. The step's number enters through {@link adamFactors}, so that the graph holds no
 * counter.
 */
export function adam(graph: Graph, parameters: Tensor, gradient: Tensor, options: AdamOptions = {}): void {
  const { beta1, beta2, epsilon, weightDecay, clipNorm } = checkAdam(options);
  const m = graph.input('m', parameters.shape);
  const v = graph.input('v', parameters.shape);
  const rate = graph.input('rate', []);
  const correction = graph.input('correction', []);
  const two = graph.binary.bind(graph);
  const towards = clipNorm > 0 ? clip(graph, gradient, clipNorm) : gradient;
  const squared = two('Mul', towards, towards);
  const newM = two('Add', two('Mul', m, graph.scalar(beta1)), two('Mul', towards, graph.scalar(1 - beta1)));
  const newV = two('Add', two('Mul', v, graph.scalar(beta2)), two('Mul', squared, graph.scalar(1 - beta2)));
  const spread = graph.unary('Sqrt', two('Mul', newV, correction));
  const step = two('Div', two('Mul', newM, rate), two('Add', spread, graph.scalar(epsilon)));
  const kept = weightDecay > 0 ? two('Mul', parameters, graph.input('decay', [])) : parameters;
  graph.output(two('Sub', kept, step), 'new_parameters');
  graph.output(newM, 'new_m');
  graph.output(newV, 'new_v');
}

/**
 * Adam alone as an ONNX graph, for gradients that were added up outside: inputs `parameters`, `gradient`, `m`, `v`
 * `[count]`, `rate`, `correction` (and `decay`) `[]`; outputs `new_parameters`, `new_m`, `new_v` `[count]`.
 *
 * @throws ClicksegError `invalid-option`
 */
export function adamStep(count: number, options: AdamOptions = {}): Uint8Array<ArrayBuffer> {
  const graph = new Graph();
  adam(graph, graph.input('parameters', [count]), graph.input('gradient', [count]), options);
  return graph.toModel({ name: 'adam' });
}

/** The gradient, scaled down to a length where it is longer. */
function clip(graph: Graph, gradient: Tensor, longest: number): Tensor {
  const squares = graph.node('ReduceSumSquare', [gradient], [], { axes: [0], keepdims: 0 });
  const length = graph.binary('Add', graph.unary('Sqrt', squares), graph.scalar(LENGTH_EPSILON));
  const most = graph.scalar(longest);
  return graph.binary('Mul', gradient, graph.binary('Div', most, graph.binary('Max', length, most)));
}

/**
 * What depends on the step's number t = 1, 2, ...: `rate` = lr / (1 - beta1^t), `correction` = 1 / (1 - beta2^t); and
 * `decay` = 1 - lr weightDecay, which only a graph with weight decay takes.
 */
export function adamFactors(
  learningRate: number,
  step: number,
  options: AdamOptions = {},
): { rate: number; correction: number; decay: number } {
  const { beta1, beta2, weightDecay } = withDefaults(ADAM_DEFAULTS, options);
  return {
    rate: learningRate / (1 - beta1 ** step),
    correction: 1 / (1 - beta2 ** step),
    decay: 1 - learningRate * weightDecay,
  };
}

/** @throws ClicksegError `invalid-option` */
export function checkAdam(options: AdamOptions): Required<AdamOptions> {
  const all = withDefaults(ADAM_DEFAULTS, options);
  for (const [name, value] of Object.entries(all)) {
    const fits = Number.isFinite(value) && value >= 0 && (!name.startsWith('beta') || value < 1);
    if (!fits) throw new ClicksegError('invalid-option', `adam: ${name} ${value} is out of range`);
  }
  return all;
}

import type { Graph, Tensor } from '../onnx/graph.ts';

/** Adam's constants, as in Kingma and Ba 2015 and PyTorch. */
export const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

/**
 * One Adam update of the flat parameter vector, in the graph.
 *
 * Adds the inputs `m`, `v`, `rate`, `correction` and the outputs `new_parameters`, `new_m`, `new_v`. The step's
 * number enters through {@link adamFactors}, so that the graph holds no counter.
 */
export function adam(graph: Graph, parameters: Tensor, gradient: Tensor): void {
  const m = graph.input('m', parameters.shape);
  const v = graph.input('v', parameters.shape);
  const rate = graph.input('rate', []);
  const correction = graph.input('correction', []);
  const { binary: two } = { binary: graph.binary.bind(graph) };
  const squared = two('Mul', gradient, gradient);
  const newM = two(
    'Add',
    two('Mul', m, graph.scalar(ADAM.beta1)),
    two('Mul', gradient, graph.scalar(1 - ADAM.beta1)),
  );
  const newV = two(
    'Add',
    two('Mul', v, graph.scalar(ADAM.beta2)),
    two('Mul', squared, graph.scalar(1 - ADAM.beta2)),
  );
  const spread = graph.unary('Sqrt', two('Mul', newV, correction));
  const step = two('Div', two('Mul', newM, rate), two('Add', spread, graph.scalar(ADAM.epsilon)));
  graph.output(two('Sub', parameters, step), 'new_parameters');
  graph.output(newM, 'new_m');
  graph.output(newV, 'new_v');
}

/** What depends on the step's number t = 1, 2, ...: `rate` = lr / (1 - beta1^t), `correction` = 1 / (1 - beta2^t). */
export function adamFactors(learningRate: number, step: number): { rate: number; correction: number } {
  return { rate: learningRate / (1 - ADAM.beta1 ** step), correction: 1 / (1 - ADAM.beta2 ** step) };
}

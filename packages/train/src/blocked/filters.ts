import type { Graph, Tensor } from '../onnx/graph.ts';
import { blockedNode } from './layout.ts';

// Both reorderings move whole blocks but for one step, for which ReorderInput is the fastest transpose there is: a
// third of the time of one Transpose by five axes.

/**
 * Weights `[co, ci, kh, kw]` in the order in which a blocked convolution from ci to co channels reads them:
 * `[co / block, ci / block, kh, kw, block of ci, block of co]`; with less than a block of ci, which come as planes,
 * `[co / block, ci, kh, kw, block of co]`.
 */
export function forwardFilter(graph: Graph, weight: Tensor, block: number): Tensor {
  const [co, ci, kh, kw] = weight.shape;
  const flat = [1, co, ci * kh * kw, 1];
  const outputs = blockedNode(graph, 'ReorderInput', [graph.reshape(weight, flat)], flat);
  if (ci < block) return graph.reshape(outputs, weight.shape);
  const split = graph.reshape(outputs, [(co * ci) / block / block, block, kh * kw, block]);
  return graph.reshape(graph.transpose(split, [0, 2, 1, 3]), weight.shape);
}

/**
 * Weights `[co, ci, kh, kw]` in the order in which a blocked convolution from co to ci channels reads them, turned by
 * 180 degrees: the one that takes the gradient of the outputs to the inputs.
 */
export function backwardFilter(graph: Graph, weight: Tensor, block: number): Tensor {
  const [co, ci, kh, kw] = weight.shape;
  const taps = kh * kw;
  const flat = [co, ci, taps, 1];
  const inputs = blockedNode(graph, 'ReorderInput', [graph.reshape(weight, flat)], flat);
  const split = graph.reshape(inputs, [co / block, block, ci / block, taps, block]);
  const swapped = graph.transpose(split, [2, 0, 3, 1, 4]);
  return graph.reshape(taps === 1 ? swapped : turn(graph, swapped, 2), [ci, co, kh, kw]);
}

/** The weights of a depthwise convolution, `[c, 1, kh, kw]` as `[c / block, kh, kw, block]`, turned or not. */
export function depthwiseFilter(graph: Graph, weight: Tensor, block: number, turned = false): Tensor {
  const [c, , kh, kw] = weight.shape;
  const taps = graph.transpose(graph.reshape(weight, [c / block, block, kh * kw]), [0, 2, 1]);
  return graph.reshape(turned ? turn(graph, taps, 1) : taps, weight.shape);
}

/** Reverses an axis: taps that are counted row by row are turned by 180 degrees. */
export function turn(graph: Graph, x: Tensor, axis: number): Tensor {
  const order = Array.from({ length: x.shape[axis] }, (_, i) => x.shape[axis] - 1 - i);
  return graph.node('Gather', [x, graph.integers(order)], x.shape, { axis });
}

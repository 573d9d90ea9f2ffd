import type { Tensor } from '../onnx/graph.ts';
import { planeKernels } from './channels.ts';
import { convolution } from './convolution.ts';
import { depthwise } from './depthwise.ts';
import { head } from './head.ts';
import { maxPool } from './max-pool.ts';
import { type NormStatistics, normRelu } from './norm-relu.ts';
import { pointwise } from './pointwise.ts';
import type { Tape } from './tape.ts';
import { upConvolution } from './up-convolution.ts';

/** The operators that depend on how a map lies in memory. Joining and adding do not. */
export interface Operators {
  convolution(tape: Tape, x: Tensor, weight: Tensor, needsInputGradient?: boolean): Tensor;
  depthwise(tape: Tape, x: Tensor, weight: Tensor): Tensor;
  pointwise(tape: Tape, x: Tensor, weight: Tensor): Tensor;
  normRelu(tape: Tape, x: Tensor, gamma: Tensor, beta: Tensor): { y: Tensor; statistics: NormStatistics };
  maxPool(tape: Tape, x: Tensor): Tensor;
  upConvolution(tape: Tape, x: Tensor, weight: Tensor, bias: Tensor): Tensor;
  head(tape: Tape, x: Tensor, weight: Tensor, bias: Tensor): Tensor;
}

/** For maps as ONNX has them, plane after plane: any onnxruntime executes these. */
export const PLANE_OPERATORS: Operators = {
  convolution,
  depthwise,
  pointwise,
  normRelu: (tape, x, gamma, beta) => normRelu(tape, planeKernels(tape.graph), x, gamma, beta),
  maxPool,
  upConvolution,
  head,
};

import { normRelu } from '../ops/norm-relu.ts';
import type { Operators } from '../ops/operators.ts';
import { blockKernels } from './channels.ts';
import { convolution } from './convolution.ts';
import { depthwise } from './depthwise.ts';
import { head } from './head.ts';
import { maxPool } from './max-pool.ts';
import { pointwise } from './pointwise.ts';
import { upConvolution } from './up-convolution.ts';

/** For maps in blocks of channels: onnxruntime on a processor that {@link channelBlock} finds them fit for. */
export const BLOCKED_OPERATORS: Operators = {
  convolution,
  depthwise,
  pointwise,
  normRelu: (tape, x, gamma, beta) => normRelu(tape, blockKernels(tape.graph, tape.block), x, gamma, beta),
  maxPool,
  upConvolution,
  head,
};

import type { Graph, Tensor } from '../onnx/graph.ts';
import type { ChannelKernels } from '../ops/channels.ts';
import { blockedNode } from './layout.ts';

// Longest run of pixels that is added up one after the other in single precision.
const LONGEST_RUN = 1024;

/** For blocked maps. */
export function blockKernels(graph: Graph, block: number): ChannelKernels {
  /** Sums of rows, `[n, c / block, rows, block]` in memory, to one a channel. */
  const finish = (rows: Tensor, [n, c]: readonly number[], count: number) =>
    graph.reshape(graph.sum(graph.reshape(rows, [n, c / block, count, block]), [0, 2]), [c]);
  return {
    sum(x) {
      const [n, c, h, w] = x.shape;
      const pixels = graph.reshape(x, [((n * c) / block) * h, w, block]);
      return finish(graph.sum(pixels, [1]), x.shape, h);
    },
    dot(x, y) {
      // A depthwise convolution of x, whose kernel is y and as large as x, has one pixel: the sum of their products.
      // Images and rows are channels to it.
      const [n, c, h, w] = x.shape;
      const rows = h * w > LONGEST_RUN ? h : 1;
      const group = n * c * rows;
      const length = (h * w) / rows;
      const [image, kernel] = [
        graph.reshape(x, [1, group, 1, length]),
        graph.reshape(y, [group, 1, 1, length]),
      ];
      const attributes = { kernel_shape: [1, length], group };
      return finish(blockedNode(graph, 'Conv', [image, kernel], [1, group, 1, 1], attributes), x.shape, rows);
    },
    affine(x, scale, shift, { relu, plus } = {}) {
      // A depthwise 1x1 convolution, which adds the bias, the other map and the ReLU in the same pass.
      const c = x.shape[1];
      const inputs = [x, graph.reshape(scale, [c, 1, 1, 1]), shift, plus];
      return blockedNode(graph, 'Conv', plus ? inputs : inputs.slice(0, shift ? 3 : 2), x.shape, {
        kernel_shape: [1, 1],
        group: c,
        ...(relu ? { activation: 'Relu' } : {}),
      });
    },
  };
}

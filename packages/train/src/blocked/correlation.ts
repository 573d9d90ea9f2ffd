import type { Graph, Tensor } from '../onnx/graph.ts';

// From this many pixels a plane each image is a group of its own, which spares moving the batch inwards; below, the
// groups' results are larger than what they come from.
const GROUP_ABOVE = 1024;

/** How the two maps' pixels meet. */
export interface Meeting {
  /** Pixels of `pixels` between those that neighbours of `planes` meet: 1, or 2 for a plane of half the size. */
  readonly stride: 1 | 2;
  /** Zeros around `pixels`. */
  readonly padding: 0 | 1;
  /** Places in each direction. */
  readonly taps: 2 | 3;
}

/**
 * The sums over batch and pixels that are the gradients of convolutions' weights: of every channel a of one map and
 * every channel b of another, moved by each tap (row by row).
 *
 * All of them are one convolution. Its image is the second map, a pixel's channels side by side in a row of w b values; its
 * kernel is the first map, whose columns lie b values apart (a dilation), and as there is room for `taps` places down and
 * taps x b places across, its pixels are the taps and the channels b. So no shifted copy of either map is ever made
 * but in the runtime's cache, piece by piece. Take the wider map as `planes`: the product is the faster for it.
 *
 * @param planes - `[n, a, h, w]`, not blocked
 * @param pixels - `[n, stride h, stride w, b]`
 * @returns `[a, taps^2, b]`
 */
export function correlation(graph: Graph, planes: Tensor, pixels: Tensor, meeting: Meeting): Tensor {
  const { stride, padding, taps } = meeting;
  const [n, a, h, w] = planes.shape;
  const b = pixels.shape[3];
  const image = graph.reshape(pixels, [1, n, pixels.shape[1], pixels.shape[2] * b]);
  const attributes = {
    kernel_shape: [h, w],
    dilations: [stride, stride * b],
    pads: [padding, padding * b, padding, padding * b],
  };
  if (h * w > GROUP_ABOVE) {
    const kernels = graph.reshape(planes, [n * a, 1, h, w]);
    const each = graph.node('Conv', [image, kernels], [1, n * a, taps, taps * b], {
      ...attributes,
      group: n,
    });
    return graph.sum(graph.reshape(each, [n, a, taps * taps, b]), [0]);
  }
  const kernel = graph.transpose(planes, [1, 0, 2, 3]);
  const all = graph.node('Conv', [image, kernel], [1, a, taps, taps * b], attributes);
  return graph.reshape(all, [a, taps * taps, b]);
}

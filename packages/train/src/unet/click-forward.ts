import { Graph } from '../onnx/graph.ts';
import { foldedLength } from './fold.ts';
import { inferenceKit } from './inference.ts';
import { buildUnet, INPUT_CHANNELS } from './topology.ts';
import { checkSize } from './train-step.ts';
import type { Unet } from './unet.ts';

/**
 * The prediction mode of the training loop (III-C): the U-Net with its folded weights as an input, so that
 * one session serves all steps. Batch norm is in evaluation mode.
 *
 * Inputs: `x` `[n, 3, h, w]` and `folded` (see `foldNorms`). Output: `probability` `[n, 1, h, w]`.
 *
 * @throws ClicksegError `invalid-option` for a batch below 1 or a size that the levels do not divide
 */
export function clickForward(
  net: Unet,
  batch: number,
  size: readonly [number, number],
): Uint8Array<ArrayBuffer> {
  checkSize(net, batch, size);
  const graph = new Graph();
  const x = graph.input('x', [batch, INPUT_CHANNELS, ...size]);
  const folded = graph.input('folded', [foldedLength(net.layout)]);
  const shapes = foldedShapes(net);
  const sizes = shapes.map((shape) => shape.reduce((a, b) => a * b, 1));
  const pieces = graph.multi(
    'Split',
    [folded, graph.integers(sizes)],
    sizes.map((n) => [n]),
    { axis: 0 },
  );
  let index = 0;
  const next = (_name: string, shape: readonly number[]) => graph.reshape(pieces[index++], shape);
  graph.output(buildUnet(inferenceKit(graph, next), x, net), 'probability');
  return graph.toModel({ name: `unet_w${net.width}_l${net.levels}_forward` });
}

/** Shapes of the folded tensors, as the inference network asks for them. */
function foldedShapes(net: Unet): (readonly number[])[] {
  const shapes: (readonly number[])[] = [];
  const collect = (_name: string, shape: readonly number[]) => {
    shapes.push(shape);
    return { name: '', shape };
  };
  buildUnet(inferenceKit(new Graph(), collect), { name: '', shape: [1, INPUT_CHANNELS, 16, 16] }, net);
  return shapes;
}

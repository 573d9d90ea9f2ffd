import { ClicksegError } from '@clickseg/raster';
import { type Dimension, Graph, type Tensor } from '../onnx/graph.ts';
import { guidanceChannels } from './channels.ts';
import { checkArrays } from './check-arrays.ts';
import { foldNorms } from './fold.ts';
import { inferenceKit } from './inference.ts';
import { decodeClicks, decoderWidth, encodeImage } from './late.ts';
import type { Unet, UnetWeights } from './unet.ts';

/** A 'late' network cut in two where the guidance joins. */
export interface ModelParts {
  /** Run once an image: `image` `[n, 1, h, w]` to `features.0` ... `features.<levels>`. */
  readonly encoder: Uint8Array<ArrayBuffer>;
  /**
   * Run for every click: those features and `guidance` `[n, 2, h, w]` (3 where the network reads the previous mask) to
   * `probability` `[n, 1, h, w]`.
   */
  readonly decoder: Uint8Array<ArrayBuffer>;
}

/**
 * The two halves of a 'late' network as ONNX models, batch norms folded. One after the other they answer what
 * `exportModel`'s single file answers; a caller that keeps the features pays a click only the decoder.
 *
 * `features.<l>` is float32 `[n, width 2^l / 2, h / 2^l, w / 2^l]`.
 *
 * @param metadata - written to both
 * @throws ClicksegError `invalid-option` for a network of another variant, whose encoder sees the clicks, and for weights of another
 *   network; `not-finite`, naming the parameter
 */
export function exportParts(
  net: Unet,
  weights: UnetWeights,
  metadata: Record<string, string> = {},
): ModelParts {
  if (net.variant !== 'late') {
    const why = `a '${net.variant}' network reads the clicks with the image: only 'late' can be cut`;
    throw new ClicksegError('invalid-option', `exportParts: ${why}`);
  }
  checkArrays(net, weights, 'exportParts: weights');
  const folded = foldNorms(net, weights);
  let at = 0;
  const takeInto = (graph: Graph) => (name: string, shape: readonly number[]) => {
    const size = shape.reduce((a, b) => a * b, 1);
    return graph.initializer(name, folded.slice(at, (at += size)), shape);
  };
  const name = (part: string) => `unet_w${net.width}_l${net.levels}_${part}`;

  const encoder = new Graph();
  const image = input(encoder, 'image', 1, 0);
  const features = encodeImage(inferenceKit(encoder, takeInto(encoder)), image, net);
  for (const [level, feature] of features.entries()) {
    output(encoder, feature, `features.${level}`, decoderWidth(net.width, level), level);
  }

  const decoder = new Graph();
  const kept = features.map((_, level) =>
    input(decoder, `features.${level}`, decoderWidth(net.width, level), level),
  );
  const guidance = input(decoder, 'guidance', guidanceChannels(net), 0);
  const probability = decodeClicks(inferenceKit(decoder, takeInto(decoder)), kept, guidance, net);
  output(decoder, probability, 'probability', 1, 0);

  return {
    encoder: encoder.toModel({ name: name('encoder'), metadata }),
    decoder: decoder.toModel({ name: name('decoder'), metadata }),
  };
}

function input(graph: Graph, name: string, channels: number, level: number): Tensor {
  graph.inputs.push({ name, shape: free(channels, level) });
  return { name, shape: [0, channels, 0, 0] };
}

function output(graph: Graph, tensor: Tensor, name: string, channels: number, level: number): void {
  graph.node('Identity', [tensor], tensor.shape, {}, { name });
  graph.outputs.push({ name, shape: free(channels, level) });
}

/** Batch, height and width are known when the model runs; each level has names of its own, as its sizes differ. */
function free(channels: number, level: number): Dimension[] {
  const scale = level === 0 ? '' : `_${1 << level}`;
  return ['batch', channels, `height${scale}`, `width${scale}`];
}

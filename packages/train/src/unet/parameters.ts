import { buildUnet, type LayerKit, type UnetOptions } from './topology.ts';

export type ParameterKind =
  | 'convolution'
  | 'depthwise'
  | 'gamma'
  | 'beta'
  | 'up-convolution'
  | 'head'
  | 'bias';

/** One trainable tensor, as a piece of the flat parameter vector. */
export interface Parameter {
  readonly name: string;
  readonly kind: ParameterKind;
  readonly shape: readonly number[];
  /** First element in the flat vector. */
  readonly offset: number;
  readonly size: number;
  /** Inputs that feed one output, for the initial spread of the weights. */
  readonly fanIn: number;
  /** The batch norm that it is a part of, or that scales it. */
  readonly norm?: Norm;
}

/** One batch norm, as a piece of the flat vectors of running means and variances. */
export interface Norm {
  readonly name: string;
  readonly channels: number;
  readonly offset: number;
  /** How many times its plane has been halved. */
  readonly depth: number;
}

/** Where every parameter and every batch-norm statistic of a U-Net lies in its flat vectors. */
export interface Layout {
  readonly parameters: readonly Parameter[];
  readonly norms: readonly Norm[];
  /** Length of the flat parameter vector. */
  readonly parameterCount: number;
  /** Length of the vector of running means, and of that of variances. */
  readonly channelCount: number;
}

/** Walks the topology once and lays its parameters out in the order in which it meets them. */
export function layoutOf(options: Required<UnetOptions>): Layout {
  const parameters: Parameter[] = [];
  const norms: Norm[] = [];
  let parameterCount = 0;
  let channelCount = 0;
  const add = (name: string, kind: ParameterKind, shape: number[], fanIn = 1, norm?: Norm) => {
    const size = shape.reduce((a, b) => a * b, 1);
    parameters.push({ name, kind, shape, offset: parameterCount, size, fanIn, norm });
    parameterCount += size;
  };
  const newNorm = (name: string, channels: number, depth: number) => ({ name, channels, offset: 0, depth });
  // Statistics lie in the order in which the norms are met, which for a sum of convolutions is after all of them.
  const addNorm = (norm: { -readonly [K in keyof Norm]: Norm[K] }) => {
    norm.offset = channelCount;
    norms.push(norm);
    channelCount += norm.channels;
    add(`${norm.name}.gamma`, 'gamma', [norm.channels], 1, norm);
    add(`${norm.name}.beta`, 'beta', [norm.channels], 1, norm);
    return norm.depth;
  };
  const shared = new Map<string, ReturnType<typeof newNorm>>();
  // The value passed along is the number of halvings.
  const kit: LayerKit<number> = {
    convNormRelu(name, depth, ci, co) {
      const norm = newNorm(name, co, depth);
      add(`${name}.weight`, 'convolution', [co, ci, 3, 3], ci * 9, norm);
      return addNorm(norm);
    },
    separableNormRelu(name, depth, ci, co) {
      const norm = newNorm(name, co, depth);
      add(`${name}.depthwise`, 'depthwise', [ci, 1, 3, 3], 9);
      add(`${name}.weight`, 'convolution', [co, ci, 1, 1], ci, norm);
      return addNorm(norm);
    },
    convolution(layer, share, depth, ci, co) {
      let norm = shared.get(layer);
      if (!norm) shared.set(layer, (norm = newNorm(layer, co, depth)));
      add(`${layer}.${share}`, 'convolution', [co, ci, 3, 3], ci * 9, norm);
      return depth;
    },
    sumNormRelu: (layer) => addNorm(shared.get(layer)!),
    maxPool: (depth) => depth + 1,
    upConvolution(name, depth, ci, co) {
      add(`${name}.weight`, 'up-convolution', [ci, co, 2, 2], ci);
      add(`${name}.bias`, 'bias', [co]);
      return depth - 1;
    },
    join: (depth) => depth,
    channels: (depth) => depth,
    head(name, depth, ci) {
      add(`${name}.weight`, 'head', [1, ci, 1, 1], ci);
      add(`${name}.bias`, 'bias', [1]);
      return depth;
    },
  };
  buildUnet(kit, 0, options);
  return { parameters, norms, parameterCount, channelCount };
}

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
  const add = (name: string, kind: ParameterKind, shape: number[], fanIn = 1) => {
    const size = shape.reduce((a, b) => a * b, 1);
    parameters.push({ name, kind, shape, offset: parameterCount, size, fanIn });
    parameterCount += size;
  };
  const norm = (name: string, channels: number, depth: number) => {
    add(`${name}.gamma`, 'gamma', [channels]);
    add(`${name}.beta`, 'beta', [channels]);
    norms.push({ name, channels, offset: channelCount, depth });
    channelCount += channels;
    return depth;
  };
  // The value passed along is the number of halvings.
  const kit: LayerKit<number> = {
    convNormRelu(name, depth, ci, co, kernel = 3) {
      add(`${name}.weight`, 'convolution', [co, ci, kernel, kernel], ci * kernel * kernel);
      return norm(name, co, depth);
    },
    separableNormRelu(name, depth, ci, co) {
      add(`${name}.depthwise`, 'depthwise', [ci, 1, 3, 3], 9);
      add(`${name}.weight`, 'convolution', [co, ci, 1, 1], ci);
      return norm(name, co, depth);
    },
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

import { buildUnet, type LayerKit, type UnetOptions } from './topology.ts';

export type ParameterKind = 'convolution' | 'gamma' | 'beta' | 'up-convolution' | 'head' | 'bias';

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
  const kit: LayerKit<null> = {
    convNormRelu(name, _x, ci, co) {
      add(`${name}.weight`, 'convolution', [co, ci, 3, 3], ci * 9);
      add(`${name}.gamma`, 'gamma', [co]);
      add(`${name}.beta`, 'beta', [co]);
      norms.push({ name, channels: co, offset: channelCount });
      channelCount += co;
      return null;
    },
    maxPool: () => null,
    upConvolution(name, _x, ci, co) {
      add(`${name}.weight`, 'up-convolution', [ci, co, 2, 2], ci);
      add(`${name}.bias`, 'bias', [co]);
      return null;
    },
    join: () => null,
    head(name, _x, ci) {
      add(`${name}.weight`, 'head', [1, ci, 1, 1], ci);
      add(`${name}.bias`, 'bias', [1]);
      return null;
    },
  };
  buildUnet(kit, null, options);
  return { parameters, norms, parameterCount, channelCount };
}

import { ClicksegError, withDefaults } from '@clickseg/raster';
import { inputChannels } from './channels.ts';
import { type Layout, layoutOf } from './parameters.ts';
import { UNET_DEFAULTS, type UnetOptions, type UnetVariant } from './topology.ts';

/** A U-Net's size, its kind and the layout of its parameters; it holds no weights. */
export interface Unet {
  readonly width: number;
  readonly levels: number;
  readonly variant: UnetVariant;
  /** Whether it reads the mask before the newest click. */
  readonly previousMask: boolean;
  /** Channels of its input: image, foreground and background guidance and, where it reads one, the previous mask. */
  readonly inputChannels: number;
  readonly layout: Layout;
}

/** Everything about a U-Net that training changes. */
export interface UnetWeights {
  /** `[layout.parameterCount]` */
  readonly parameters: Float32Array;
  /** Running mean of every batch norm, `[layout.channelCount]` */
  readonly means: Float32Array;
  /** Running (unbiased) variance of every batch norm, `[layout.channelCount]` */
  readonly variances: Float32Array;
}

const VARIANTS: readonly string[] = ['fig2', 'separable', 'late'] satisfies UnetVariant[];

/**
 * Describes the paper's Fig. 2 U-Net at a width and a depth, or one of its faster variants, either with the
 * mask before the newest click as a further input.
 *
 * @throws ClicksegError `invalid-option` for a width or depth that is not a whole number in 1..256 and 1..6, or an
 *   unknown variant, or a `previousMask` that is no boolean
 */
export function unet(options: UnetOptions = {}): Unet {
  const { width, levels, variant, previousMask } = withDefaults(UNET_DEFAULTS, options);
  if (!Number.isInteger(width) || width < 1 || width > 256) {
    throw new ClicksegError('invalid-option', `unet: width ${width} is not a whole number from 1 to 256`);
  }
  if (!Number.isInteger(levels) || levels < 1 || levels > 6) {
    throw new ClicksegError('invalid-option', `unet: levels ${levels} is not a whole number from 1 to 6`);
  }
  if (!VARIANTS.includes(variant)) {
    throw new ClicksegError('invalid-option', `unet: variant '${variant}' is none of ${VARIANTS.join(', ')}`);
  }
  if (typeof previousMask !== 'boolean') {
    throw new ClicksegError('invalid-option', `unet: previousMask ${previousMask} is neither true nor false`);
  }
  const size = { width, levels, variant, previousMask };
  return { ...size, inputChannels: inputChannels(size), layout: layoutOf(size) };
}

/**
 * Weights to start from: He's normal for convolutions, 1 and 0 for batch norm, 0 for biases.
 *
 * @param random - uniform in [0, 1); the same stream gives the same weights on every platform
 */
export function initialWeights({ layout }: Unet, random: () => number): UnetWeights {
  const parameters = new Float32Array(layout.parameterCount);
  for (const { kind, offset, size, fanIn } of layout.parameters) {
    if (kind === 'gamma') parameters.fill(1, offset, offset + size);
    if (kind === 'gamma' || kind === 'beta' || kind === 'bias') continue;
    const spread = Math.sqrt(2 / fanIn);
    for (let i = 0; i < size; i++) parameters[offset + i] = spread * normal(random);
  }
  return {
    parameters,
    means: new Float32Array(layout.channelCount),
    variances: new Float32Array(layout.channelCount).fill(1),
  };
}

/** One draw of the standard normal distribution (Box and Muller). */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

import { guidanceChannels, inputChannels } from './channels.ts';
import { decodeClicks, encodeImage } from './late.ts';

/**
 * Which network: 'fig2' is the paper's, the reference; 'separable' has each 3x3 convolution but the first block's as a
 * depthwise 3x3 and a 1x1; 'late' reads the image once and joins the guidance in a narrower decoder, so that only the
 * decoder depends on the clicks.
 */
export type UnetVariant = 'fig2' | 'separable' | 'late';

/** Size and kind of the U-Net. */
export interface UnetOptions {
  /** Channels of the first block; each level down doubles them. The paper does not state it. */
  readonly width?: number;
  /** Number of down blocks (the paper's Fig. 2 has four); sizes must divide by 2 to this power. */
  readonly levels?: number;
  readonly variant?: UnetVariant;
  /**
   * A fourth input channel beside the paper's three: the network's own mask before the newest click, 0 or 1, as RITM has it
   * (Sofiiuk et al. 2021); all 0 before the first click.
   */
  readonly previousMask?: boolean;
}

export const UNET_DEFAULTS = { width: 16, levels: 4, variant: 'fig2', previousMask: false } as const;

/**
 * The layers that the networks are made of, for one purpose: counting parameters, training, or inference.
 * A value `T` is whatever that purpose passes along.
 */
export interface LayerKit<T> {
  /** 3x3 convolution, batch norm, ReLU. */
  convNormRelu(name: string, x: T, channelsIn: number, channelsOut: number): T;
  /** Depthwise 3x3 convolution, 1x1 convolution, batch norm, ReLU. */
  separableNormRelu(name: string, x: T, channelsIn: number, channelsOut: number): T;
  /** 3x3 convolution of one of the maps that `sumNormRelu` of the same layer adds. */
  convolution(layer: string, share: string, x: T, channelsIn: number, channelsOut: number): T;
  /** The sum of a layer's convolutions, batch norm, ReLU. */
  sumNormRelu(layer: string, shares: readonly T[], channels: number): T;
  /** 2x2 max-pooling, stride 2. */
  maxPool(x: T): T;
  /** 2x2 transposed convolution, stride 2. */
  upConvolution(name: string, x: T, channelsIn: number, channelsOut: number): T;
  /** Joins by channel. */
  join(up: T, skip: T): T;
  /** Channels `from` to `from + count` of the network's input. */
  channels(input: T, from: number, count: number): T;
  /** 1x1 convolution to one channel and sigmoid. */
  head(name: string, x: T, channelsIn: number): T;
}

/** Walks one of the networks; every purpose sees its layers in the same order. */
export function buildUnet<T>(kit: LayerKit<T>, input: T, options: Required<UnetOptions>): T {
  if (options.variant === 'late') {
    const features = encodeImage(kit, kit.channels(input, 0, 1), options);
    return decodeClicks(kit, features, kit.channels(input, 1, guidanceChannels(options)), options);
  }
  return buildFig2(kit, input, options);
}

/**
 * The paper's Fig. 2, and the only place where it is written down: `levels` down blocks, a bottleneck,
 * `levels` up blocks; a block is twice (3x3 convolution, batch norm, ReLU).
 */
function buildFig2<T>(kit: LayerKit<T>, input: T, options: Required<UnetOptions>): T {
  const { width, levels, variant } = options;
  const block = (name: string, x: T, channelsIn: number, channels: number) => {
    // Few input channels and full resolution: a depthwise convolution would see too little there, and save least.
    const separable = variant === 'separable' && name !== 'down.0';
    const layer = separable ? 'separableNormRelu' : 'convNormRelu';
    return kit[layer](`${name}.1`, kit[layer](`${name}.0`, x, channelsIn, channels), channels, channels);
  };

  const skips: T[] = [];
  let x = input;
  let channels = inputChannels(options);
  for (let level = 0; level < levels; level++) {
    x = block(`down.${level}`, x, channels, width << level);
    channels = width << level;
    skips.push(x);
    x = kit.maxPool(x);
  }
  x = block('bottleneck', x, channels, width << levels);
  for (let level = levels - 1; level >= 0; level--) {
    const half = width << level;
    const up = kit.upConvolution(`up.${level}`, x, 2 * half, half);
    x = block(`join.${level}`, kit.join(up, skips[level]), 2 * half, half);
  }
  return kit.head('head', x, width);
}

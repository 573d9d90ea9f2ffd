/** Size of the U-Net. */
export interface UnetOptions {
  /** Channels of the first block; each level down doubles them. The paper does not state it. */
  readonly width?: number;
  /** Number of down blocks (the paper's Fig. 2 has four); sizes must divide by 2 to this power. */
  readonly levels?: number;
}

export const UNET_DEFAULTS = { width: 16, levels: 4 } as const;

/** Image, foreground guidance, background guidance. */
export const INPUT_CHANNELS = 3;

/**
 * The layers that Fig. 2 is made of, for one purpose: counting parameters, training, or inference.
 * A value `T` is whatever that purpose passes along.
 */
export interface LayerKit<T> {
  /** 3x3 convolution, batch norm, ReLU. */
  convNormRelu(name: string, x: T, channelsIn: number, channelsOut: number): T;
  /** 2x2 max-pooling, stride 2. */
  maxPool(x: T): T;
  /** 2x2 transposed convolution, stride 2. */
  upConvolution(name: string, x: T, channelsIn: number, channelsOut: number): T;
  /** Joins by channel. */
  join(up: T, skip: T): T;
  /** 1x1 convolution to one channel and sigmoid. */
  head(name: string, x: T, channelsIn: number): T;
}

/**
 * The paper's Fig. 2, and the only place where it is written down: `levels` down blocks, a bottleneck,
 * `levels` up blocks; a block is twice (3x3 convolution, batch norm, ReLU).
 */
export function buildUnet<T>(kit: LayerKit<T>, input: T, { width, levels }: Required<UnetOptions>): T {
  const block = (name: string, x: T, channelsIn: number, channels: number) =>
    kit.convNormRelu(`${name}.1`, kit.convNormRelu(`${name}.0`, x, channelsIn, channels), channels, channels);

  const skips: T[] = [];
  let x = input;
  let channels = INPUT_CHANNELS;
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

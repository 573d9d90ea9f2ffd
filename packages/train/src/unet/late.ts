import type { LayerKit, UnetOptions } from './topology.ts';

type Size = Pick<Required<UnetOptions>, 'width' | 'levels'>;

/** Foreground and background. */
const GUIDANCE_CHANNELS = 2;

/** Channels of the decoder at a level: half the encoder's, since every click pays for it. */
export function decoderWidth(width: number, level: number): number {
  return Math.max(1, (width << level) >> 1);
}

/**
 * What 'late' computes once an image: Fig. 2's down blocks and bottleneck on the image alone, each level narrowed to
 * the decoder's width by a 1x1 convolution.
 *
 * @param image - one channel
 * @returns a map a level, 0 at full resolution to `levels` at the bottleneck's
 */
export function encodeImage<T>(kit: LayerKit<T>, image: T, { width, levels }: Size): T[] {
  const features: T[] = [];
  let x = image;
  let channels = 1;
  for (let level = 0; level <= levels; level++) {
    const name = level < levels ? `down.${level}` : 'bottleneck';
    const wide = width << level;
    x = kit.convNormRelu(`${name}.1`, kit.convNormRelu(`${name}.0`, x, channels, wide), wide, wide);
    channels = wide;
    features.push(kit.convNormRelu(`narrow.${level}`, x, wide, decoderWidth(width, level), 1));
    if (level < levels) x = kit.maxPool(x);
  }
  return features;
}

/**
 * What 'late' computes for every click: Fig. 2's up blocks at half width, with the guidance joined at each level,
 * max-pooled to its resolution (a click's peak stays 1 there), the coarsest first.
 */
export function decodeClicks<T>(
  kit: LayerKit<T>,
  features: readonly T[],
  guidance: T,
  { width, levels }: Size,
): T {
  const maps = [guidance];
  for (let level = 0; level < levels; level++) maps.push(kit.maxPool(maps[level]));
  const block = (name: string, x: T, channelsIn: number, channels: number) =>
    kit.convNormRelu(`${name}.1`, kit.convNormRelu(`${name}.0`, x, channelsIn, channels), channels, channels);

  const coarsest = decoderWidth(width, levels);
  let x = kit.join(features[levels], maps[levels]);
  x = block('fuse', x, coarsest + GUIDANCE_CHANNELS, coarsest);
  for (let level = levels - 1; level >= 0; level--) {
    const channels = decoderWidth(width, level);
    const up = kit.upConvolution(`up.${level}`, x, decoderWidth(width, level + 1), channels);
    const joined = kit.join(kit.join(up, features[level]), maps[level]);
    x = block(`join.${level}`, joined, 2 * channels + GUIDANCE_CHANNELS, channels);
  }
  return kit.head('head', x, decoderWidth(width, 0));
}

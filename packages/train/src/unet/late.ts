import { guidanceChannels } from './channels.ts';
import type { LayerKit, UnetOptions } from './topology.ts';

type Size = Pick<Required<UnetOptions>, 'width' | 'levels'>;

// Below the vector registers' width fewer channels cost nearly as much: onnxruntime computes 16 at a time.
const LEAST = 16;

/** Channels of the decoder at a level: half the encoder's where that is wide, since every click pays for it. */
export function decoderWidth(width: number, level: number): number {
  const wide = width << level;
  return Math.max(wide >> 1, Math.min(wide, LEAST));
}

/**
 * What 'late' computes once an image: Fig. 2's down blocks and bottleneck on the image alone, and of each level its
 * share of the decoder's first convolution there.
 *
 * That convolution of joined maps is the sum of a convolution a map, so the image's share can be kept: a click pays
 * neither for it nor for the copy that a join is.
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
    const layer = `join.${level}.0`;
    features.push(kit.convolution(layer, 'image', x, wide, decoderWidth(width, level)));
    if (level < levels) x = kit.maxPool(x);
  }
  return features;
}

/**
 * What 'late' computes for every click: Fig. 2's up blocks at half width, with the guidance joined at each level,
 * max-pooled to its resolution (a click's peak stays 1 there), the coarsest first. A previous mask is one map more of the
 * guidance, as it changes with the clicks.
 */
export function decodeClicks<T>(
  kit: LayerKit<T>,
  features: readonly T[],
  guidance: T,
  { width, levels, previousMask }: Size & Pick<Required<UnetOptions>, 'previousMask'>,
): T {
  const guides = guidanceChannels({ previousMask });
  const maps = [guidance];
  for (let level = 0; level < levels; level++) maps.push(kit.maxPool(maps[level]));

  let x: T | undefined;
  for (let level = levels; level >= 0; level--) {
    const channels = decoderWidth(width, level);
    const layer = `join.${level}.0`;
    const shares = [features[level], kit.convolution(layer, 'guidance', maps[level], guides, channels)];
    if (x !== undefined) {
      const up = kit.upConvolution(`up.${level}`, x, decoderWidth(width, level + 1), channels);
      shares.push(kit.convolution(layer, 'up', up, channels, channels));
    }
    const joined = kit.sumNormRelu(layer, shares, channels);
    x = kit.convNormRelu(`join.${level}.1`, joined, channels, channels);
  }
  return kit.head('head', x!, decoderWidth(width, 0));
}

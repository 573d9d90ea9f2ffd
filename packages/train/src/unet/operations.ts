import { decodeClicks } from './late.ts';
import { buildUnet, type LayerKit } from './topology.ts';
import { checkSize } from './train-step.ts';
import type { Unet } from './unet.ts';

/** Multiplications (each with its addition) of one forward pass. */
export interface Operations {
  readonly total: number;
  /** Of these, what every click costs where the image's part is kept; all of them but for 'late'. */
  readonly perClick: number;
}

/**
 * Counts the multiply-accumulates of a network's convolutions on one image; twice this is the FLOPs that papers state.
 *
 * @param size - `[h, w]`, multiples of 2^levels
 * @throws ClicksegError `invalid-option` for a size that the levels do not divide
 */
export function countOperations(net: Unet, size: readonly [number, number]): Operations {
  checkSize(net, 1, size);
  const total = counting(size, (kit) => buildUnet(kit, 0, net));
  if (net.variant !== 'late') return { total, perClick: total };
  const depths = Array.from({ length: net.levels + 1 }, (_, level) => level);
  return { total, perClick: counting(size, (kit) => decodeClicks(kit, depths, 0, net)) };
}

/** Walks a network with the number of halvings as the value that is passed along. */
function counting([h, w]: readonly [number, number], walk: (kit: LayerKit<number>) => void): number {
  let sum = 0;
  const layer = (depth: number, perPixel: number) => {
    sum += (perPixel * h * w) / 4 ** depth;
    return depth;
  };
  walk({
    convNormRelu: (_name, depth, ci, co) => layer(depth, 9 * ci * co),
    separableNormRelu: (_name, depth, ci, co) => layer(depth, 9 * ci + ci * co),
    convolution: (_layer, _share, depth, ci, co) => layer(depth, 9 * ci * co),
    sumNormRelu: (_layer, [depth]) => depth,
    maxPool: (depth) => depth + 1,
    // One of the four taps falls on each pixel of the finer map.
    upConvolution: (_name, depth, ci, co) => layer(depth - 1, ci * co),
    join: (depth) => depth,
    channels: (depth) => depth,
    head: (_name, depth, ci) => layer(depth, ci),
  });
  return sum;
}

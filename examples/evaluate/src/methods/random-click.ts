import type { Click } from '@clickseg/guidance';
import type { DenseRaster } from '@clickseg/raster';
import type { Random } from '@clickseg/simulate';

/**
 * The careless annotator: any wrong pixel, each with the same chance, of the kind that it calls for.
 * Undefined where nothing is wrong. Beside the paper's annotator it shows what well-placed clicks are worth.
 */
export function randomClick(
  gt: DenseRaster<Uint8Array>,
  pred: DenseRaster<Uint8Array> | undefined,
  random: Random,
): Click | undefined {
  let wrong = 0;
  for (let i = 0; i < gt.data.length; i++) if (gt.data[i] !== (pred?.data[i] ?? 0)) wrong++;
  if (wrong === 0) return undefined;
  let left = Math.floor(random() * wrong);
  for (let i = 0; i < gt.data.length; i++) {
    if (gt.data[i] === (pred?.data[i] ?? 0) || left-- > 0) continue;
    const width = gt.shape[1];
    return { x: i % width, y: Math.floor(i / width), label: gt.data[i] === 1 ? 'foreground' : 'background' };
  }
  return undefined;
}

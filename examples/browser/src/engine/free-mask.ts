import type { Prediction } from '@clickseg/runtime';
import { boxMask, type MaskBox, withoutMasks } from '../state/mask-box.ts';
import { keepOutlines } from '../state/outlines.ts';
import { sliceShape } from '../state/store.ts';

/**
 * A prediction's mask without the pixels of locked structures. Its outlines are kept with it where it lost none, for then they
 * are the mask's too.
 *
 * @param outlines - `later`: computed once they are drawn, for which the whole prediction stays in memory
 */
export function freeMask(
  prediction: Prediction,
  locked: readonly MaskBox[],
  outlines: 'now' | 'later' = 'now',
): MaskBox {
  const predicted = boxMask(prediction.mask.data, sliceShape.value[1]);
  const mask = withoutMasks(predicted, locked);
  if (mask === predicted) {
    keepOutlines(mask, outlines === 'later' ? () => prediction.contours : prediction.contours);
  }
  return mask;
}

import { effect, signal } from '@preact/signals';
import { wholeMask } from '../state/mask-box.ts';
import { currentWork, heat, slice, sliceShape } from '../state/store.ts';
import { heatMap } from './heat-map.ts';
import { truthMask } from './truth-mask.ts';

/** Whether the click probability is shown over the image. */
export const heatShown = signal(false);

/** Keeps the heat overlay true to the mask. */
export function followHeat(): void {
  effect(() => {
    const [gt, shape, at] = [truthMask.value, sliceShape.value, slice.value];
    const { mask, answered } = currentWork.value;
    if (!heatShown.value || gt === undefined) heat.value = undefined;
    else if (answered) heat.value = { slice: at, data: heatMap(gt, wholeMask(mask, shape), shape) };
  });
}

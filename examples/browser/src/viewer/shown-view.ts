import { signal } from '@preact/signals';
import type { View } from './view.ts';

/** The view, once niivue has started. */
export const view = signal<View | undefined>(undefined);

/** The view's `reducedBy`, of the scan that is shown. */
export const reducedBy = signal(1);

/** Why there is no picture, where there can be none. */
export const noPicture = signal<string | undefined>(undefined);

/** Zooms about the middle, for buttons and keys. */
export function zoomBy(factor: number): void {
  const canvas = view.value?.draw();
  if (canvas) view.value?.zoom(factor, { x: canvas.clientWidth / 2, y: canvas.clientHeight / 2 });
}

import type { ModelMetadata } from '@clickseg/runtime';
import type { Augmentation } from '@clickseg/train';
import { FITTED_WINDOWS } from './recipe.ts';

/** Crops at the working grid's own spacing. */
export const FIXED_CROPS = { flip: true, rotation: 10, zoom: 1.25, shift: 0.1 } as const;

/**
 * The crops that show a network what the runtime will: windows that follow the structure where its model zooms, else the
 * working grid as it is.
 */
export function cropsFor({ zoom }: Pick<ModelMetadata, 'zoom'>): Partial<Augmentation> {
  return zoom ? FITTED_WINDOWS : FIXED_CROPS;
}

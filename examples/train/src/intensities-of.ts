import type { LoadedCase } from '@clickseg/example-dataset/node';
import { HOUNSFIELD_BELOW, type Intensities } from '@clickseg/runtime';

/** Whether a scan's values are Hounsfield units: decided by all of its slices, as the runtime's `openVolume` does, so that they agree. */
export function intensitiesOf({ image }: Pick<LoadedCase, 'image'>): Intensities {
  return image.data.some((value) => value < HOUNSFIELD_BELOW) ? 'hounsfield' : 'arbitrary';
}

import type { Click } from '@clickseg/guidance';
import { type Crop, cropRegion, placeOf } from './crop.ts';
import type { ErrorRegion } from './errors-found.ts';
import { fieldOf, type Measure } from './field.ts';
import { numpyChoice } from './numpy-choice.ts';
import { refused } from './options.ts';
import type { Pair } from './pair.ts';
import { sampleField } from './probability.ts';
import { depthMemory } from './scratch.ts';

/** Whose arithmetic picks the pixel: this package's, or NumPy's digit by digit. */
export type Arithmetic = 'own' | 'numpy';

/** One click drawn, with the uniform number `u`, over one error region of at least one pixel. */
export function sampleRegion(
  pair: Pair,
  kind: 'missed' | 'spilled',
  region: ErrorRegion,
  measure: Measure,
  u: number,
  arithmetic: Arithmetic,
): Click {
  const crop = cropRegion(pair, region, measure.border);
  const depths = depthsOf(crop, measure);
  let at = arithmetic === 'numpy' ? numpyChoice(depths, u) : undefined;
  // Without background every distance is infinite, every pixel alike.
  at ??= crop.hasBackground ? sampleField(depths, u) : Math.floor(u * depths.length);
  if (at < 0) throw refused('distance: gave no distance above 0');
  return { ...placeOf(crop, crop.places[at]), label: kind === 'missed' ? 'foreground' : 'background' };
}

/** The distances of the region's own pixels: of the crop, most is background that no later step need see. */
function depthsOf({ mask, places, hasBackground }: Crop, measure: Measure): Float64Array {
  const depths = depthMemory(places.length);
  // SciPy says -1 where there is no background, so that MONAI weighs every pixel with exp(-1) - 1.
  if (!hasBackground) return depths.fill(-1);
  const field = fieldOf(mask, measure);
  if (field instanceof Float32Array) gatherSingles(field, places, depths);
  else for (let k = 0; k < places.length; k++) depths[k] = field[places[k]];
  return depths;
}

/** A loop of its own, which has only ever seen one type of array: four times faster. */
function gatherSingles(field: Float32Array, places: Int32Array, depths: Float64Array): void {
  for (let k = 0; k < places.length; k++) depths[k] = field[places[k]];
}

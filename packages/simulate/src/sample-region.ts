import type { Click } from '@clickseg/guidance';
import { type Crop, cropRegion, placeOf } from './crop.ts';
import type { ErrorRegion } from './errors-found.ts';
import { fieldOf, type Measure } from './field.ts';
import { numpyChoice } from './numpy-choice.ts';
import { refused } from './options.ts';
import type { Pair } from './pair.ts';
import { sampleField } from './probability.ts';

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
  const crop = cropRegion(pair, kind, region, measure.border);
  const at = crop.hasBackground ? sampleCrop(crop, measure, u, arithmetic) : sampleFull(crop, u, arithmetic);
  return { ...placeOf(crop, at), label: kind === 'missed' ? 'foreground' : 'background' };
}

function sampleCrop(crop: Crop, measure: Measure, u: number, arithmetic: Arithmetic): number {
  const field = fieldOf(crop.mask, measure);
  const at = arithmetic === 'numpy' ? numpyChoice(field, u) : undefined;
  const chosen = at ?? sampleField(field, u);
  if (chosen < 0) throw refused('distance: gave no distance above 0');
  return chosen;
}

/** No background anywhere: every distance is infinite, every pixel alike. */
function sampleFull({ mask }: Crop, u: number, arithmetic: Arithmetic): number {
  // SciPy says -1 there, so that MONAI weighs every pixel with exp(-1) - 1.
  const at = arithmetic === 'numpy' ? numpyChoice(mask.data, u, Math.exp(-1)) : undefined;
  return at ?? Math.floor(u * mask.data.length);
}

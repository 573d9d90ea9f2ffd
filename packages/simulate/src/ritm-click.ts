import type { Click } from '@clickseg/guidance';
import { type Crop, cropRegion, placeOf } from './crop.ts';
import type { ErrorRegion } from './errors-found.ts';
import { fieldOf, type Measure } from './field.ts';
import type { Pair } from './pair.ts';

/**
 * RITM's annotator (`isegm/inference/clicker.py`): the first maximum, in raster order, of the error whose
 * largest distance is larger; a foreground click only if strictly so. Pixels already clicked count as 0
 * in both fields. RITM clicks background at (0, 0) when nothing is left; this gives `undefined`.
 */
export function ritmClick(
  pair: Pair,
  missed: ErrorRegion,
  spilled: ErrorRegion,
  measure: Measure,
  clicks: readonly Click[],
): Click | undefined {
  const inner = deepest(pair, missed, measure, clicks);
  const outer = deepest(pair, spilled, measure, clicks);
  if (inner.distance > outer.distance)
    return { ...placeOf(inner.crop as Crop, inner.at), label: 'foreground' };
  if (outer.distance > 0) return { ...placeOf(outer.crop as Crop, outer.at), label: 'background' };
  return undefined;
}

interface Deepest {
  readonly distance: number;
  readonly at: number;
  readonly crop?: Crop;
}

const NOTHING: Deepest = { distance: 0, at: -1 };

function deepest(pair: Pair, region: ErrorRegion, measure: Measure, clicks: readonly Click[]): Deepest {
  if (region.area === 0) return NOTHING;
  const crop = cropRegion(pair, region, measure.border);
  const { mask, places } = crop;
  const field = crop.hasBackground ? fieldOf(mask, measure) : undefined;
  // Taken out of the crop only now: a clicked pixel still counts as error when distances are measured.
  for (const click of clicks) forget(crop, click);
  let most = 0;
  let at = -1;
  for (const i of places) {
    const d = mask.data[i] === 0 ? 0 : field === undefined ? Number.POSITIVE_INFINITY : field[i];
    if (d > most) {
      most = d;
      at = i;
    }
  }
  return at < 0 ? NOTHING : { distance: most, at, crop };
}

function forget({ mask, x, y, z }: Crop, click: Click): void {
  const { shape, data } = mask;
  const lead = shape.length - 2;
  const [h, w] = [shape[lead], shape[lead + 1]];
  const [cx, cy] = [Math.round(click.x) - x, Math.round(click.y) - y];
  const cz = lead === 0 ? 0 : Math.round(click.z ?? Number.NaN) - z;
  const inside = cx >= 0 && cx < w && cy >= 0 && cy < h && cz >= 0 && cz < (lead === 0 ? 1 : shape[0]);
  if (inside) data[(cz * h + cy) * w + cx] = 0;
}

import { compareMasks } from '@clickseg/metrics';
import { raster } from '@clickseg/raster';
import { computed, effect, signal } from '@preact/signals';
import { wholeMask } from '../state/mask-box.ts';
import { currentId, currentWork, scan, slice, sliceShape } from '../state/store.ts';
import { countPlaced } from '../state/structure.ts';
import { truthLabel, truthMask } from './truth-mask.ts';

/** How well the current mask agrees with the truth, on the slice that is shown. Distances in mm. */
export interface Score {
  readonly dice: number;
  readonly hausdorff: number;
  readonly meanAbsoluteDistance: number;
}

export const score = computed<Score | undefined>(() => {
  const [gt, open, shape] = [truthMask.value, scan.value, sliceShape.value];
  const { mask, clicks } = currentWork.value;
  if (gt === undefined || open === undefined || (mask.pixels === 0 && clicks.length === 0)) return undefined;
  const { x, y } = open.volume.spacing;
  const found = compareMasks(raster(wholeMask(mask, shape), shape), raster(gt, shape), {
    spacing: { x, y },
    metrics: ['dice', 'hausdorff', 'meanAbsoluteDistance'],
  });
  const { dice = Number.NaN, hausdorff = Number.NaN, meanAbsoluteDistance = Number.NaN } = found;
  return { dice, hausdorff, meanAbsoluteDistance };
});

/** One point of the curve of score against clicks that were placed: 0 of a mask that was carried there. */
export interface CurvePoint {
  readonly clicks: number;
  readonly dice: number;
}

const curves = signal<ReadonlyMap<string, readonly CurvePoint[]>>(new Map());
const key = computed(() => `${currentId.value}/${slice.value}/${truthLabel.value}`);

/** Dice after each click that was placed for the current structure on the slice that is shown. */
export const curve = computed(() => curves.value.get(key.value) ?? []);

/** Draws the curves on as answers come; a click taken back takes its point along. */
export function followScores(): void {
  effect(() => {
    // Scores of another scan mean nothing here.
    scan.value;
    curves.value = new Map();
  });
  effect(() => {
    const { answered, clicks } = currentWork.value;
    const count = countPlaced(currentWork.value);
    const [found, name] = [score.value, key.value];
    if (!answered || clicks.length === 0 || found === undefined || Number.isNaN(found.dice)) return;
    const old = curves.peek().get(name) ?? [];
    const points = [...old.filter((point) => point.clicks < count), { clicks: count, dice: found.dice }];
    curves.value = new Map(curves.peek()).set(name, points);
  });
}

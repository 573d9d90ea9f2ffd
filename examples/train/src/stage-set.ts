import { type LabelledSlice, sliceSet, type TrainingSet } from '@clickseg/train';
import type { Stage } from './recipe.ts';

/** What a stage draws from slices. Its weights count for the groups that are there: a folder of one's own may have none of them. */
export function stageSet(slices: readonly LabelledSlice[], stage: Stage): TrainingSet {
  const groups = new Set(slices.map(({ group }) => group));
  const weights = Object.fromEntries(Object.entries(stage.weights).filter(([name]) => groups.has(name)));
  return sliceSet(slices, { ...stage, shape: stage.crop, weights });
}

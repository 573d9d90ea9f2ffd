import { radiologicalAffine } from '@clickseg/example-dataset';
import { expect, it } from 'vitest';
import { boxMask } from '../src/state/mask-box.ts';
import { currentId, scan, slice, structures, truth } from '../src/state/store.ts';
import { newStructure, type SliceWork, untouched } from '../src/state/structure.ts';
import { curve, followScores } from '../src/truth/score.ts';

it('draws Dice against the clicks that were placed, without those that a carried mask came with', () => {
  followScores();
  const spacing = { x: 1, y: 1, z: 1 };
  const volume = {
    data: new Uint8Array(4),
    shape: [1, 2, 2] as const,
    spacing,
    affine: radiologicalAffine(spacing),
  };
  scan.value = { name: 'a', volume, oriented: true, measured: true };
  slice.value = 0;
  truth.value = { data: Uint8Array.of(1, 1, 0, 0), labels: [{ value: 1, name: 'A' }] };
  const structure = newStructure([]);
  currentId.value = structure.id;
  const click = (id: number) => ({ id, x: 0, y: 0, label: 'foreground' as const });
  const show = (mask: readonly number[], work: Partial<SliceWork>) => {
    const done = { ...untouched(), mask: boxMask(mask, 2), ...work };
    structures.value = [{ ...structure, slices: new Map([[0, done]]) }];
  };
  // Carried with two clicks of its own; then a third is placed.
  show([1, 0, 0, 0], { clicks: [click(1), click(2)], given: [1, 2], source: 'carried' });
  show([1, 1, 0, 0], { clicks: [click(1), click(2), click(3)], given: [1, 2] });
  expect(curve.value).toEqual([
    { clicks: 0, dice: 2 / 3 },
    { clicks: 1, dice: 1 },
  ]);
});

import { expect, it } from 'vitest';
import { structureOf } from '../src/run/structure-of.ts';

it('a structure on a slice has its pixels and image, and a spacing where one is known', () => {
  const volume = (values: number[]) => ({
    data: Float32Array.from(values),
    shape: [2, 1, 3] as const,
    spacing: { x: 2, y: 3, z: 5 },
    affine: [] as never,
  });
  const loaded = { image: volume([1, 2, 3, 4, 5, 6]), label: volume([7, 7, 7, 7, 0, 8]) };
  const { image, gt, spacing } = structureOf(loaded, {}, 1, 7);
  expect([[...image.data], [...gt.data], image.shape, gt.shape]).toEqual([
    [4, 5, 6],
    [1, 0, 0],
    [1, 3],
    [1, 3],
  ]);
  expect(spacing).toEqual({ x: 2, y: 3 });
  expect(structureOf(loaded, { spacingKnown: false }, 1, 7).spacing).toBeUndefined();
});

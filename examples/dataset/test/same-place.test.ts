import { expect, it } from 'vitest';
import { checkSamePlace, radiologicalAffine } from '../src/index.ts';

const spacing = { x: 2, y: 3, z: 5 };
const image = { shape: [2, 3, 4] as const, spacing, affine: radiologicalAffine(spacing) };
const [x, y, z, last] = image.affine;
const refused = (message: RegExp) =>
  expect.objectContaining({ code: 'invalid-file', message: expect.stringMatching(message) });

it('takes a label map that lies within a tenth of the smallest voxel edge', () => {
  expect(() => checkSamePlace('a', image, image)).not.toThrow();
  // 0.19 mm of 2 mm, along each axis.
  for (const row of [0, 1, 2]) {
    const moved = (by: number) =>
      image.affine.map((numbers, i) => numbers.map((v, j) => (i === row && j === 3 ? v + by : v)));
    expect(() => checkSamePlace('a', image, { ...image, affine: moved(0.19) })).not.toThrow();
    expect(() => checkSamePlace('a', image, { ...image, affine: moved(0.21) })).toThrow(
      refused(/^a: image and label map lie apart: voxel \[0,0,0\] at /),
    );
  }
});

it('looks at the far corners, which a wrong step or a turn moves', () => {
  // Three steps of 2.1 mm end 0.3 mm beyond three of 2 mm.
  const wider = [[-2.1, 0, 0, 0], y, z, last];
  expect(() => checkSamePlace('a', image, { ...image, affine: wider })).toThrow(
    refused(
      /voxel \[3,0,0\] at \[-6, 0, 0\] and \[-6\.3, 0, 0\] mm; save the label map with its image's affine$/,
    ),
  );
  const mirrored = [[2, 0, 0, -6], y, z, last];
  expect(() => checkSamePlace('a', image, { ...image, affine: mirrored })).toThrow(refused(/lie apart/));
  const lost = [x, y, [0, 0, Number.NaN, 0], last];
  expect(() => checkSamePlace('a', image, { ...image, affine: lost })).toThrow(refused(/lie apart/));
});

it('refuses another shape by both', () => {
  expect(() => checkSamePlace('a', image, { ...image, shape: [2, 4, 3] })).toThrow(
    refused(/^a: image \[2,3,4\] and label map \[2,4,3\] differ in shape$/),
  );
});

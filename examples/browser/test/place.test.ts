import {
  type Affine,
  radiologicalAffine,
  readNifti,
  type Volume,
  writeNifti,
} from '@clickseg/example-dataset';
import { expect, it } from 'vitest';
import { whyApart } from '../src/files/place.ts';

type Shape = readonly [number, number, number];
type Row = readonly [number, number, number, number];
/** As a NIfTI file with this sform gives it: turned to radiological view by what the file says. */
const read = (shape: Shape, rows: readonly [Row, Row, Row]) => {
  const spacing = { x: 1, y: 1, z: 1 };
  const data = new Uint8Array(shape[0] * shape[1] * shape[2]);
  const bytes = writeNifti({ data, shape, spacing, affine: radiologicalAffine(spacing) });
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (const [i, value] of rows.flat().entries()) view.setFloat32(280 + 4 * i, value, true);
  return { volume: readNifti(bytes) as Volume, oriented: true, measured: true };
};
const lps = (mm: number) =>
  [
    [-mm, 0, 0, 120],
    [0, -mm, 0, 90],
    [0, 0, 3, -400],
  ] as const;
const EYE = [
  [1, 0, 0, 0],
  [0, 1, 0, 0],
  [0, 0, 1, 0],
] as const;
const SCAN: Shape = [2, 512, 512];
const scan = read(SCAN, lps(0.9765625));
const against = (map: typeof scan, image = scan) => {
  const apart = whyApart(image, map, 'm');
  return apart && [apart.alike, Number(apart.mm.toPrecision(3))];
};

it('has nothing against a label map that lies where its scan does, also as a file that is stored otherwise', () => {
  expect(against(read(SCAN, lps(0.9765625)))).toBeUndefined();
  // From the last column and row, the other way: the places are the same.
  const end = 511 * 0.9765625;
  const ras = [
    [0.9765625, 0, 0, 120 - end],
    [0, 0.9765625, 0, 90 - end],
    [0, 0, 3, -400],
  ] as const;
  expect(against(read(SCAN, ras))).toBeUndefined();
});

it('tells a map that is stored as its scan is and lies elsewhere, and by how much at most', () => {
  // 511 steps of 0.0004375 mm along both sides.
  expect(against(read(SCAN, lps(0.977)))).toEqual([true, 0.316]);
  expect(against(read([2, 64, 64], lps(0.977)), read([2, 64, 64], lps(0.9765625)))).toBeUndefined();
  const [x, y, z] = lps(0.9765625);
  expect(against(read(SCAN, [[-0.9765625, 0, 0, 132.3], y, z]))).toEqual([true, 12.3]);
  expect(against(read(SCAN, [x, [0, -0.9765625, 0.8, 90], z]))).toEqual([true, 0.8]);
});

it('tells one whose axes are flipped or permuted, as where its affine was lost', () => {
  expect(against(read(SCAN, EYE))?.[0]).toBe(false);
  const cube: Shape = [4, 4, 4];
  const [x, y, z] = EYE;
  const image = read(cube, EYE);
  expect(against(read(cube, [[0, 1, 0, 3], x, z]), image)?.[0]).toBe(false);
  expect(against(read(cube, [x, y, [0, 0, -1, 0]]), image)?.[0]).toBe(false);
  // Of a lone slice it does not matter which way the next one would lie.
  expect(against(read([1, 4, 4], [x, y, [0, 0, -1, 9]]), read([1, 4, 4], EYE))).toEqual([true, 9]);
});

it('takes a scan that comes from no NIfTI by the order of its own file, else as radiological view is', () => {
  const { data, shape, spacing } = scan.volume;
  const affine: Affine = radiologicalAffine(spacing);
  const bare = { ...scan, volume: { data, shape, spacing, affine } };
  expect(against(scan, bare)?.[0]).toBe(true);
  expect(against(read(SCAN, EYE), bare)?.[0]).toBe(false);
  const order = { first: 511, step: { x: -1, y: 512, z: 512 * 512 } };
  const source = { headers: [], rows: 512, columns: 512, order };
  expect(against(scan, { ...bare, volume: { ...bare.volume, source } })?.[0]).toBe(false);
});

it('asks nothing of what does not say where it lies', () => {
  expect(against({ ...read(SCAN, EYE), measured: false })).toBeUndefined();
  expect(against(read(SCAN, EYE), { ...scan, oriented: false })).toBeUndefined();
});

import { describe, expect, it } from 'vitest';
import { readDicom, readDicomSeries } from '../src/index.ts';
import { type DicomFields, dicomBytes, words } from './dicom-bytes.ts';

const AXIAL = '1\\0\\0\\0\\1\\0';
type More = NonNullable<DicomFields['more']>;

/** One slice of 2 x 2 whose pixels are 10 times its number and 0 to 3. */
function slice(number: number, z: number, more: More = []) {
  const bytes = dicomBytes({
    rows: 2,
    columns: 2,
    pixels: words([0, 1, 2, 3].map((v) => 10 * number + v)),
    more: [
      ['0020000e', 'UI', '1.2.3'],
      ['00200013', 'IS', `${number}`],
      ['00200032', 'DS', `0\\0\\${z}`],
      ['00200037', 'DS', AXIAL],
      ...more,
    ],
  });
  return { name: `s${number}`, bytes };
}

/** Slices of a series at 2.5 mm, by their numbers. */
const at = (numbers: readonly number[], more?: More) => numbers.map((n) => slice(n, 2.5 * n, more));
const refused = (message: RegExp) =>
  expect.objectContaining({ code: 'invalid-file', message: expect.stringMatching(message) });

describe('a missing slice', () => {
  it.each<[string, number[], RegExp]>([
    [
      'the second of four',
      [0, 2, 3],
      /^s2: 5\.00 mm after s0, where the series steps 2\.50 mm; a slice is missing$/,
    ],
    ['the third of four', [0, 1, 3], /^s3: 5\.00 mm after s1, .* a slice is missing$/],
    ['several of ten', [0, 1, 2, 5, 6, 8, 9], /^s5: 7\.50 mm after s2, .* 2\.50 mm; a slice is missing$/],
  ])('%s is told between the slices that it lay between', async (_, numbers, message) => {
    await expect(readDicomSeries(at(numbers))).rejects.toEqual(refused(message));
  });

  it('uneven distances are told as such', async () => {
    const files = [slice(0, 0), slice(1, 2.5), slice(2, 5), slice(3, 8)];
    await expect(readDicomSeries(files)).rejects.toEqual(
      refused(/^s3: 3\.00 mm after s2, where the series steps 2\.50 mm; slices lie at uneven distances$/),
    );
    // One too many, between two others: the narrowest gap is no step then.
    const crowded = [slice(0, 0), slice(1, 2.5), slice(2, 5), slice(3, 5.5), slice(4, 7.5)];
    await expect(readDicomSeries(crowded)).rejects.toEqual(
      refused(/^s3: 0\.50 mm after s2, where the series steps 2\.50 mm; slices lie at uneven distances$/),
    );
    // Within a tenth of the middle one.
    const near = [slice(0, 0), slice(1, 2.3), slice(2, 4.8), slice(3, 7.5)];
    expect((await readDicomSeries(near)).shape).toEqual([4, 2, 2]);
  });

  const between = (mm: string) => [['00180088', 'DS', mm]] as const;
  it('at even distances is told where SpacingBetweenSlices and InstanceNumber both say so', async () => {
    for (const mm of ['2.5', '-2.5']) {
      await expect(readDicomSeries(at([0, 2], between(mm)))).rejects.toEqual(
        refused(/^s2: 5\.00 mm after s0 and so on, 2 times its SpacingBetweenSlices, .* slices are missing$/),
      );
    }
    await expect(readDicomSeries(at([9, 6, 3], between('2.5')))).rejects.toEqual(refused(/3 times its/));
  });

  it.each<[string, ReturnType<typeof slice>[]]>([
    ['does not say', at([0, 2, 4])],
    ['says what the slices have', at([0, 2, 4], between('5'))],
    ['has the gap between edges, half of the step', [0, 1, 2].map((n) => slice(n, 10 * n, between('5')))],
    ['has no whole part of the step', at([0, 2, 4], between('2'))],
    ['is 0', at([0, 2, 4], between('0'))],
    ['is no number', at([0, 2, 4], between('none'))],
    ['comes without an InstanceNumber', at([0, 2, 4], [...between('2.5'), ['00200013', 'IS', '']])],
  ])('is no ground to refuse slices where the header %s', async (_, files) => {
    const volume = await readDicomSeries(files);
    expect(volume.shape).toEqual([files.length, 2, 2]);
    expect([5, 10]).toContain(volume.spacing.z);
  });
});

describe('a file without PixelSpacing', () => {
  // As X-rays have it: the spacing at the detector, not in the patient.
  const bare = (spacing: string) =>
    slice(1, 0, [
      ['00280030', 'DS', spacing],
      ['00181164', 'DS', '0.2\\0.2'],
    ]);

  it.each(['', '0\\0'])(
    '(%j) is refused, or read in pixels, or at the spacing that is given',
    async (text) => {
      const { name, bytes } = bare(text);
      const said = refused(/^s1: states no PixelSpacing; give options\.spacing in mm$/);
      await expect(readDicom(bytes, { name })).rejects.toEqual(said);
      await expect(readDicomSeries([{ name, bytes }])).rejects.toEqual(said);

      const unknown = await readDicom(bytes, { name, spacing: 'unknown' });
      expect([unknown.measured, unknown.spacing]).toEqual([false, { x: 1, y: 1 }]);
      expect([...unknown.image.data]).toEqual([10, 11, 12, 13]);
      const volume = await readDicomSeries([{ name, bytes }], { spacing: 'unknown' });
      expect([volume.measured, volume.spacing]).toEqual([false, { x: 1, y: 1, z: 1 }]);

      const given = await readDicom(bytes, { name, spacing: { x: 0.3, y: 0.4 } });
      expect([given.measured, given.spacing]).toEqual([true, { x: 0.3, y: 0.4 }]);
    },
  );

  it('counts where it states one, whatever is given', async () => {
    for (const spacing of ['unknown', { x: 9, y: 9 }] as const) {
      const { measured, spacing: mm } = await readDicom(slice(1, 0).bytes, { spacing });
      expect([measured, mm]).toEqual([true, { x: 0.7, y: 0.5 }]);
    }
  });
});

it('one image is as it is stored, a series is turned: of a patient lying face down, by half a turn', async () => {
  const prone = slice(1, 0, [['00200037', 'DS', '-1\\0\\0\\0\\-1\\0']]);
  expect([...(await readDicom(prone.bytes)).image.data]).toEqual([10, 11, 12, 13]);
  expect([...(await readDicomSeries([prone])).data]).toEqual([13, 12, 11, 10]);
});

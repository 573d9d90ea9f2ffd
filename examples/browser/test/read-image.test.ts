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

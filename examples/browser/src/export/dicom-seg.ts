import type { DicomHeader, DicomSource } from '@clickseg/example-dataset';
import { ClicksegError } from '@clickseg/raster';
import { segDataset } from './seg-dataset.ts';
import { segFrames } from './seg-frames.ts';

/** A concept of a coding scheme, such as SNOMED CT's (`SCT`). */
export interface Code {
  readonly value: string;
  readonly scheme: string;
  readonly meaning: string;
}

/** One structure of the label map. */
export interface Segment {
  /** Its value in the label map. */
  readonly label: number;
  readonly name: string;
  /** `#rrggbb` */
  readonly color: string;
  /** What kind of thing it is (PS3.16 CID 7150 and 7151). Default: tissue, the least that can be said. */
  readonly category?: Code;
  readonly type?: Code;
}

/** What a DICOM SEG is made of. */
export interface DicomSegOptions {
  /** The files that were segmented: `volume.source`, or the `source` of `readDicom`. */
  readonly source: DicomSource;
  /** Labels of every voxel, 0 where there is nothing, as the volume has its voxels. */
  readonly labels: ArrayLike<number>;
  readonly shape: readonly [depth: number, height: number, width: number];
  readonly segments: readonly Segment[];
  /** Default 'clickseg'. */
  readonly seriesDescription?: string;
  /** When it was made. Default now. */
  readonly date?: Date;
  /** Gives new unique identifiers. Default: random ones under 2.25, as PS3.5 B.2 describes. */
  readonly uid?: () => string;
}

// What a segmentation cannot go without (PS3.3 A.51): whose it is and of which image.
const NEEDED: readonly (keyof DicomHeader)[] = [
  'SOPClassUID',
  'SOPInstanceUID',
  'StudyInstanceUID',
  'SeriesInstanceUID',
];

/**
 * Writes a label map as a DICOM Segmentation (PS3.3 A.51), binary, one frame a segment and source image. Patient,
 * study and frame of reference are the source's; every frame names the image that it was drawn on and lies on that
 * image's own pixels. Structures without a voxel are left out. dcmjs, which writes the bytes, is loaded on the first call.
 *
 * @throws ClicksegError `empty-mask` where nothing is labelled, `shape-mismatch` where labels, shape and source
 * disagree, `invalid-option` for a label without a segment, two segments of one label, a nameless one or a colour
 * that is not `#rrggbb`, `invalid-file` where a source file lacks an identifier
 */
export async function dicomSeg(options: DicomSegOptions): Promise<Uint8Array> {
  const { source, labels, shape, segments } = options;
  const present = check(options);
  const used = segments.filter(({ label }) => present.has(label));
  const segmentOf = new Map(used.map(({ label }, i) => [label, i]));
  const { frames, bits } = segFrames(labels, shape, source, segmentOf);

  const { data } = await import('dcmjs');
  const { DicomMetaDictionary, DicomDict, Colors } = data;
  const { meta, dataset } = segDataset({
    ...options,
    segments: used.map((segment) => ({ ...segment, lab: Colors.rgb2DICOMLAB(rgb(segment)).map(Math.round) })),
    frames,
    bits,
    date: options.date ?? new Date(),
    uid: options.uid ?? randomUid,
    seriesDescription: options.seriesDescription ?? 'clickseg',
  });
  const file = new DicomDict(DicomMetaDictionary.denaturalizeDataset(meta));
  file.dict = DicomMetaDictionary.denaturalizeDataset(dataset);
  return new Uint8Array(file.write());
}

/** @returns the labels that occur */
function check({ source, labels, shape, segments }: DicomSegOptions): Set<number> {
  const voxels = shape[0] * shape[1] * shape[2];
  const stored = source.headers.length * source.rows * source.columns;
  if (labels.length !== voxels || voxels !== stored) {
    throw new ClicksegError(
      'shape-mismatch',
      `dicomSeg: ${labels.length} labels, shape [${shape}], and ${source.headers.length} files of ${source.rows} × ${source.columns}`,
    );
  }
  source.headers.forEach((header, i) => {
    const missing = NEEDED.filter((keyword) => !header[keyword]);
    if (missing.length > 0)
      throw new ClicksegError('invalid-file', `dicomSeg: file ${i + 1} has no ${missing.join(', ')}`);
  });
  const known = new Set<number>();
  for (const segment of segments) {
    rgb(segment);
    const { label, name } = segment;
    if (!Number.isInteger(label) || label < 1 || known.has(label) || !name.trim())
      throw new ClicksegError('invalid-option', `dicomSeg: segment '${name}' with label ${label}`);
    known.add(label);
  }
  const present = new Set<number>();
  // A set is asked only where the label changes: a volume has a hundred million voxels.
  for (let i = 0, last = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    if (label === last) continue;
    last = label;
    if (label !== 0) present.add(label);
  }
  if (present.size === 0) throw new ClicksegError('empty-mask', 'dicomSeg: nothing is labelled');
  for (const label of present) {
    if (!known.has(label))
      throw new ClicksegError('invalid-option', `dicomSeg: label ${label} has no segment`);
  }
  return present;
}

function rgb({ name, color }: Segment): number[] {
  if (!/^#[0-9a-f]{6}$/i.test(color))
    throw new ClicksegError(
      'invalid-option',
      `dicomSeg: segment '${name}' of colour '${color}', not #rrggbb`,
    );
  return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255);
}

function randomUid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `2.25.${bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n)}`;
}

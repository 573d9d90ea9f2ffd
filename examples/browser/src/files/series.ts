import { ClicksegError } from '@clickseg/raster';
import type { NamedBytes } from './named-bytes.ts';

/**
 * The DICOM files of the series that has most of them. A folder from a CD holds several, and what is no DICOM.
 * @throws ClicksegError `invalid-file` where none is
 */
export function largestSeries(files: readonly NamedBytes[]): { kept: NamedBytes[]; note?: string } {
  const series = new Map<string, NamedBytes[]>();
  for (const file of files) {
    const uid = seriesOf(file.bytes);
    if (uid !== undefined) series.set(uid, [...(series.get(uid) ?? []), file]);
  }
  const [largest] = [...series.values()].sort((a, b) => b.length - a.length);
  if (largest === undefined) {
    throw new ClicksegError('invalid-file', `None of these ${files.length} files is a DICOM image.`);
  }
  if (largest.length === files.length) return { kept: largest };
  const note = `${largest.length} of ${files.length} files taken: the largest of ${series.size} series.`;
  return { kept: largest, note };
}

/** Whether a file begins as DICOM files do. */
export const hasDicomMark = (bytes: Uint8Array): boolean =>
  String.fromCharCode(...bytes.subarray(128, 132)) === 'DICM';

// How far into a file its series may stand: before the pixels, after the patient.
const HEAD = 65_536;
const [SERIES, STORAGE] = [
  [0x20, 0x00, 0x0e, 0x00],
  [0x02, 0x00, 0x02, 0x00],
] as const;
// Segmentation Storage, and that of label maps.
const SEGMENTATIONS = ['1.2.840.10008.5.1.4.1.1.66.4', '1.2.840.10008.5.1.4.1.1.66.7'];

/** SeriesInstanceUID of a file. */
const seriesOf = (bytes: Uint8Array): string | undefined => uidAt(bytes, SERIES);

/** Whether a file is a DICOM SEG: bits of structures, and no image. */
export const isSegmentation = (bytes: Uint8Array): boolean =>
  SEGMENTATIONS.includes(uidAt(bytes, STORAGE) ?? '');

/** A UID of a file, found by its tag: reading the whole of each file twice would take too long. */
function uidAt(bytes: Uint8Array, tag: readonly number[]): string | undefined {
  if (!hasDicomMark(bytes)) return undefined;
  const end = Math.min(bytes.length, HEAD) - 80;
  for (let i = 132; i < end; i += 2) {
    if (!tag.every((byte, k) => bytes[i + k] === byte)) continue;
    // Explicit: `UI` and a length of two bytes; implicit: a length of four. UIDs are digits and dots.
    const length = bytes[i + 4] === 0x55 ? (bytes[i + 6] ?? 0) : (bytes[i + 4] ?? 0);
    const uid = String.fromCharCode(...bytes.subarray(i + 8, i + 8 + length)).replace(/\0+$/, '');
    if (/^[\d.]+$/.test(uid)) return uid;
  }
  return '';
}

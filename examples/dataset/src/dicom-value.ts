/// <reference path="./daikon.d.ts" />
import { ClicksegError } from '@clickseg/raster';
import type { Image } from 'daikon';

// What is read as decimal strings, by DICOM's own keyword.
const DECIMALS = {
  ImagePositionPatient: [0x0020, 0x0032, 3],
  ImageOrientationPatient: [0x0020, 0x0037, 6],
  PixelSpacing: [0x0028, 0x0030, 2],
  RescaleIntercept: [0x0028, 0x1052, 1],
  RescaleSlope: [0x0028, 0x1053, 1],
} as const;

/** A parsed file, with the bytes that its tags point into. */
export interface ParsedFile {
  readonly image: Image;
  readonly file: ArrayBuffer;
  /** How it is named in error messages. */
  readonly what: string;
}

/**
 * The numbers of an attribute; undefined where the file lacks it or it is empty. daikon's own will not do: its parseFloat
 * makes 1 of `1,5`.
 * @throws ClicksegError `invalid-file`, with the text, where it is not so many numbers
 */
export function decimalsOf(
  { image, file, what }: ParsedFile,
  keyword: keyof typeof DECIMALS,
): number[] | undefined {
  const [group, element, count] = DECIMALS[keyword];
  const tag = image.getTag(group, element);
  if (!tag) return undefined;
  const bytes = new Uint8Array(image.inflated ?? file, tag.offsetValue, tag.offsetEnd - tag.offsetValue);
  const parts = new TextDecoder()
    .decode(bytes)
    .replaceAll('\0', '')
    .split('\\')
    .map((part) => part.trim());
  if (parts.every((part) => part === '')) return undefined;
  const values = parts.slice(0, count).map((part) => (part === '' ? Number.NaN : Number(part)));
  if (values.length === count && values.every(Number.isFinite)) return values;
  const text = parts.join('\\');
  throw new ClicksegError(
    'invalid-file',
    `${what}: ${keyword} is ${JSON.stringify(text).replaceAll('\\\\', '\\')}, expected ${count === 1 ? 'a number' : `${count} numbers`}`,
  );
}

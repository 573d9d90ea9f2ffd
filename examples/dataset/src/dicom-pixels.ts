/// <reference path="./daikon.d.ts" />
import { ClicksegError, type NumericArray } from '@clickseg/raster';
import type { Image } from 'daikon';
import { unreadable } from './bytes.ts';
import { readCodestream, rleLengths } from './codestream.ts';
import { decimalsOf, type ParsedFile } from './dicom-value.ts';

// Air. Scanners mark what lies outside their circle with a padding value such as -3024, which no tissue has.
const LEAST_HU = -1024;

/** How a pixel lies in its bits: the lowest `stored` of 8 or 16. */
interface PixelLayout {
  readonly rows: number;
  readonly columns: number;
  readonly allocated: number;
  readonly stored: number;
  readonly signed: boolean;
}

/**
 * The pixels of a parsed file, rescaled. Its stored values count: what is for display alone (MONOCHROME1, a
 * PresentationLUTShape of INVERSE, windows) changes none of them. What other bits hold beside them, such as overlays, is left out.
 *
 * @throws ClicksegError `invalid-file` for pixels that are cut short, of another size than Rows and Columns, of a
 * layout or compression that is not read, and for a rescale slope or intercept that is no number
 */
export function readPixels(parsed: ParsedFile, modality: string): NumericArray {
  const { image, what } = parsed;
  const layout = layoutOf(image, what);
  // A slope of 0 would leave nothing of the image; writers mean none by it.
  const slope = decimalsOf(parsed, 'RescaleSlope')?.[0] || 1;
  const intercept = decimalsOf(parsed, 'RescaleIntercept')?.[0] ?? 0;
  const words = decode(image, layout, what);
  const least = modality === 'CT' ? LEAST_HU : Number.NEGATIVE_INFINITY;
  return compact(rescale(words, layout, image.littleEndian, slope, intercept), least);
}

function layoutOf(image: Image, what: string): PixelLayout {
  const allocated = image.getBitsAllocated();
  const stored = numberOf(image, 0x0101) ?? allocated;
  const high = numberOf(image, 0x0102) ?? (stored ?? 0) - 1;
  if (allocated !== 8 && allocated !== 16) {
    throw new ClicksegError('invalid-file', `${what}: BitsAllocated is ${allocated}, expected 8 or 16`);
  }
  if (!stored || stored > allocated) {
    throw new ClicksegError('invalid-file', `${what}: BitsStored is ${stored} of ${allocated} allocated`);
  }
  if (high !== stored - 1) {
    throw new ClicksegError(
      'invalid-file',
      `${what}: HighBit is ${high}, expected ${stored - 1}, one below its ${stored} BitsStored`,
    );
  }
  return {
    rows: image.getRows() ?? 0,
    columns: image.getCols() ?? 0,
    allocated,
    stored,
    signed: numberOf(image, 0x0103) === 1,
  };
}

/** A number of group 0028, the image's pixels. */
const numberOf = (image: Image, element: number): number | undefined => {
  const value = image.getTag(0x0028, element)?.value;
  return Array.isArray(value) && typeof value[0] === 'number' ? value[0] : undefined;
};

function decode(image: Image, layout: PixelLayout, what: string): DataView {
  const pixels = image.getPixelData().value;
  const compressed = image.isCompressed();
  if (!pixels || (compressed && !fragmentsAreWhole(pixels))) {
    throw new ClicksegError('invalid-file', `${what}: cut short inside its pixels`);
  }
  const syntax = image.getTransferSyntax() ?? 'unstated';
  let raw: ArrayBuffer;
  try {
    if (compressed) checkCompressed(image, layout, syntax, what);
    raw = image.getRawData();
  } catch (cause) {
    if (cause instanceof ClicksegError) throw cause;
    throw unreadable(what, `its pixels (transfer syntax ${syntax}) cannot be decoded`, cause);
  }
  // daikon leaves what it has no decoder for as it is.
  if (compressed && image.getPixelData().value === pixels) {
    throw new ClicksegError('invalid-file', `${what}: no decoder for transfer syntax ${syntax}`);
  }
  const needed = (layout.rows * layout.columns * layout.allocated) / 8;
  if (raw.byteLength < needed) {
    throw new ClicksegError('invalid-file', `${what}: cut short, ${raw.byteLength} of ${needed} pixel bytes`);
  }
  return new DataView(raw);
}

/** The decoders fill what a cut fragment lacks with zeros, without a word; so look before they do. */
function fragmentsAreWhole(pixels: DataView): boolean {
  let at = 0;
  while (at + 8 <= pixels.byteLength) {
    const element = pixels.getUint16(at + 2, true);
    if (pixels.getUint16(at, true) !== 0xfffe || element === 0xe0dd) return at > 0;
    at += 8 + pixels.getUint32(at + 4, true);
  }
  return at > 0 && at <= pixels.byteLength;
}

/**
 * daikon makes an array of Rows x Columns and lays into it whatever the decoder gives: of another size, rows run into each
 * other or stay 0, and of several tiles only the first is laid. So what is compressed must say the same as the header.
 */
function checkCompressed(
  image: Image,
  { rows, columns, allocated }: PixelLayout,
  syntax: string,
  what: string,
): void {
  const refuse = (why: string) => new ClicksegError('invalid-file', `${what}: ${why}`);
  if (image.isCompressedRLE()) {
    const [frame] = image.getRLE();
    const lengths = frame ? rleLengths(frame) : [];
    if (lengths.length === allocated / 8 && lengths.every((length) => length >= rows * columns)) return;
    throw refuse(
      `its RLE segments hold [${lengths}] bytes, ${columns} x ${rows} pixels of ${allocated} bits need ${allocated / 8} of ${rows * columns}`,
    );
  }
  const [stream] = image.getJpegs();
  const found = stream && readCodestream(stream);
  if (!found) throw refuse(`its compressed pixels begin with no JPEG (transfer syntax ${syntax})`);
  const { width, height, components, precision, tiles } = found;
  if (width !== columns || height !== rows) {
    throw refuse(
      `its compressed picture is ${width} x ${height}, its Columns and Rows say ${columns} x ${rows}`,
    );
  }
  if (components !== 1) throw refuse(`its compressed picture has ${components} colours, expected grey alone`);
  if (tiles !== 1) {
    throw refuse(`its JPEG 2000 is cut into ${tiles} tiles, only one is read; save it uncompressed`);
  }
  // The lossless decoder gives bytes up to 8 bits, whatever BitsAllocated says.
  const tooFew = allocated === 16 && precision <= 8 && image.isCompressedJPEGLossless();
  if (precision > allocated || tooFew) {
    throw refuse(`its compressed picture has ${precision} bits a pixel, BitsAllocated says ${allocated}`);
  }
}

function rescale(
  words: DataView,
  { rows, columns, allocated, stored, signed }: PixelLayout,
  little: boolean,
  slope: number,
  intercept: number,
): Float32Array {
  const out = new Float32Array(rows * columns);
  const unused = 32 - stored;
  for (let i = 0; i < out.length; i++) {
    const word = allocated === 8 ? words.getUint8(i) : words.getUint16(2 * i, little);
    // Up to the highest bit and back, which is also how a sign comes down from the highest stored bit.
    const value = signed ? (word << unused) >> unused : (word << unused) >>> unused;
    out[i] = value * slope + intercept;
  }
  return out;
}

/** Int16 where every value fits, which CT always does; half the memory of floats. */
function compact(data: Float32Array, least: number): NumericArray {
  const floor = data.map((value) => Math.max(value, least));
  const fits = floor.every((value) => Number.isInteger(value) && value >= -32768 && value <= 32767);
  return fits ? Int16Array.from(floor) : floor;
}

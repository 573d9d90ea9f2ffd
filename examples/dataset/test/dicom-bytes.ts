/** What a test writes into a DICOM file, element by element after PS3.5 and PS3.10. */
export interface DicomFields {
  readonly rows: number;
  readonly columns: number;
  /** As they lie in the file; a list is the fragments of a compressed picture. */
  readonly pixels: Uint8Array | readonly Uint8Array[];
  /** BitsAllocated, BitsStored and HighBit. Default: 16, all of them, the highest of them. */
  readonly bits?: readonly [allocated: number, stored?: number, high?: number];
  readonly signed?: boolean;
  readonly photometric?: string;
  readonly modality?: string;
  /** Default: explicit little-endian. */
  readonly syntax?: string;
  /** Further attributes, or others than the above: group and element in hexadecimal, representation, text. */
  readonly more?: readonly (readonly [tag: string, vr: string, text: string])[];
  /** What becomes of all behind the file's own head, as where it is deflated. */
  readonly pack?: (bytes: Uint8Array) => Uint8Array;
}

const LITTLE = '1.2.840.10008.1.2.1';

export function dicomBytes(fields: DicomFields): Uint8Array {
  const { rows, columns, pixels, syntax = LITTLE, more = [], pack = (bytes) => bytes } = fields;
  const [allocated, stored = allocated, high = stored - 1] = fields.bits ?? [16];
  const head = element('00020010', 'UI', syntax);
  const elements = new Map<string, Uint8Array>([
    ['00080060', element('00080060', 'CS', fields.modality ?? 'OT')],
    ['00280002', element('00280002', 'US', 1)],
    ['00280004', element('00280004', 'CS', fields.photometric ?? 'MONOCHROME2')],
    ['00280010', element('00280010', 'US', rows)],
    ['00280011', element('00280011', 'US', columns)],
    ['00280030', element('00280030', 'DS', '0.5\\0.7')],
    ['00280100', element('00280100', 'US', allocated)],
    ['00280101', element('00280101', 'US', stored)],
    ['00280102', element('00280102', 'US', high)],
    ['00280103', element('00280103', 'US', fields.signed ? 1 : 0)],
    ...more.map(([tag, vr, text]) => [tag, element(tag, vr, text)] as const),
  ]);
  const sorted = [...elements].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, bytes]) => bytes);
  const body = Buffer.concat([...sorted, pixelData(pixels)]);
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), head, pack(body)]);
}

/** Numbers as 16-bit words, low byte first. */
export function words(values: readonly number[]): Uint8Array {
  return Uint8Array.from(values.flatMap((value) => [value & 255, (value >> 8) & 255]));
}

function element(tag: string, vr: string, value: string | number): Buffer {
  const text = typeof value === 'number' ? Buffer.from(words([value])) : Buffer.from(value, 'latin1');
  const even = Buffer.concat([text, Buffer.alloc(text.length % 2, vr === 'UI' ? 0 : ' ')]);
  return Buffer.concat([tagBytes(tag), Buffer.from(vr), words([even.length]), even]);
}

const tagBytes = (tag: string): Uint8Array =>
  words([tag.slice(0, 4), tag.slice(4)].map((part) => Number.parseInt(part, 16)));

function pixelData(pixels: Uint8Array | readonly Uint8Array[]): Buffer {
  const long = (n: number) => words([n & 0xffff, n >>> 16]);
  const start = (vr: string, length: number) =>
    Buffer.concat([tagBytes('7fe00010'), Buffer.from(`${vr}\0\0`), long(length)]);
  if (pixels instanceof Uint8Array) return Buffer.concat([start('OW', pixels.length), pixels]);
  const item = (bytes: Uint8Array) => {
    const even = Buffer.concat([bytes, Buffer.alloc(bytes.length % 2)]);
    return Buffer.concat([tagBytes('fffee000'), long(even.length), even]);
  };
  // The first item is the table of offsets, which may be empty.
  const items = [new Uint8Array(0), ...pixels].map(item);
  return Buffer.concat([start('OB', 0xffffffff), ...items, tagBytes('fffee0dd'), long(0)]);
}

/// <reference path="./daikon.d.ts" />
import type { Image } from 'daikon';

/** What is kept of a DICOM file beside its pixels, by DICOM's own keyword: enough to say of whom and of what a result is. */
export const DICOM_KEPT = {
  SOPClassUID: [0x0008, 0x0016],
  SOPInstanceUID: [0x0008, 0x0018],
  StudyDate: [0x0008, 0x0020],
  StudyTime: [0x0008, 0x0030],
  AccessionNumber: [0x0008, 0x0050],
  Modality: [0x0008, 0x0060],
  ReferringPhysicianName: [0x0008, 0x0090],
  StudyDescription: [0x0008, 0x1030],
  PatientName: [0x0010, 0x0010],
  PatientID: [0x0010, 0x0020],
  IssuerOfPatientID: [0x0010, 0x0021],
  PatientBirthDate: [0x0010, 0x0030],
  PatientSex: [0x0010, 0x0040],
  PatientAge: [0x0010, 0x1010],
  SliceThickness: [0x0018, 0x0050],
  SpacingBetweenSlices: [0x0018, 0x0088],
  StudyInstanceUID: [0x0020, 0x000d],
  SeriesInstanceUID: [0x0020, 0x000e],
  StudyID: [0x0020, 0x0010],
  SeriesNumber: [0x0020, 0x0011],
  InstanceNumber: [0x0020, 0x0013],
  ImagePositionPatient: [0x0020, 0x0032],
  ImageOrientationPatient: [0x0020, 0x0037],
  FrameOfReferenceUID: [0x0020, 0x0052],
  PositionReferenceIndicator: [0x0020, 0x1040],
  PixelSpacing: [0x0028, 0x0030],
  LossyImageCompression: [0x0028, 0x2110],
  LossyImageCompressionRatio: [0x0028, 0x2112],
  LossyImageCompressionMethod: [0x0028, 0x2114],
} as const;

/** A file's header as text, letter for letter (several values apart by `\`); what the file lacks is missing here. */
export type DicomHeader = { readonly [K in keyof typeof DICOM_KEPT]?: string };

/** The files that a volume was read from, and where in them its voxels lie. */
export interface DicomSource {
  /** One a file, in the order in which they were stacked. */
  readonly headers: readonly DicomHeader[];
  readonly rows: number;
  readonly columns: number;
  /** Voxel `(x, y, z)` is pixel `first + x * step.x + y * step.y + z * step.z` of the files' pixels, one after another. */
  readonly order: StoredOrder;
}

/** How a grid that was permuted and flipped lies in its stored order. */
export interface StoredOrder {
  readonly first: number;
  readonly step: { readonly x: number; readonly y: number; readonly z: number };
}

// DICOM's names of the character sets beyond ASCII (PS3.3 C.12.1.1.2), and the platform's.
const CHARSETS: Readonly<Record<string, string>> = {
  '13': 'shift_jis',
  '58': 'gb2312',
  '87': 'iso-2022-jp',
  '100': 'iso-8859-1',
  '101': 'iso-8859-2',
  '109': 'iso-8859-3',
  '110': 'iso-8859-4',
  '126': 'iso-8859-7',
  '127': 'iso-8859-6',
  '138': 'iso-8859-8',
  '144': 'iso-8859-5',
  '148': 'iso-8859-9',
  '149': 'euc-kr',
  '159': 'iso-2022-jp',
  '166': 'windows-874',
  '192': 'utf-8',
  '203': 'iso-8859-15',
};

/**
 * The header of a file that daikon has parsed. daikon's own values will not do: it makes local `Date`s of dates,
 * takes the `^` out of names and knows no character set; so this reads the bytes that it points at.
 */
export function readHeader(image: Image, file: ArrayBuffer): DicomHeader {
  const bytes = image.inflated ?? file;
  // Of the file itself, not of a sequence in it: another patient ID may stand in there.
  const value = (group: number, element: number) => {
    const tag = image.tags[hex(group) + hex(element)];
    return tag ? new Uint8Array(bytes, tag.offsetValue, tag.offsetEnd - tag.offsetValue) : undefined;
  };
  const decoder = decoderOf(new TextDecoder().decode(value(0x0008, 0x0005)));
  const header: Partial<Record<keyof DicomHeader, string>> = {};
  for (const [keyword, [group, element]] of Object.entries(DICOM_KEPT)) {
    const raw = value(group, element);
    // Escapes that switch sets stay in the text where a decoder takes none; a padding may be a NUL.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: an escape is one
    const text = raw && decoder.decode(raw).replace(/\x1b[$()]*[A-Z@]|\0/g, '');
    if (text?.trim()) header[keyword as keyof DicomHeader] = text.trim();
  }
  return header;
}

const hex = (part: number) => part.toString(16).toUpperCase().padStart(4, '0');

function decoderOf(charset: string): TextDecoder {
  if (/GB(18030|K)/.test(charset)) return new TextDecoder('gb18030');
  const [number] = /\d+(?=\D*$)/.exec(charset) ?? [];
  return new TextDecoder(CHARSETS[number ?? ''] ?? 'iso-8859-1');
}

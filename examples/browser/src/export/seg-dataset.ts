import type { DicomHeader, DicomSource } from '@clickseg/example-dataset';
import type { Dataset } from 'dcmjs';
import type { Code, Segment } from './dicom-seg.ts';
import type { SegFrame } from './seg-frames.ts';

/** Everything that a DICOM SEG states. */
export interface SegContent {
  readonly source: DicomSource;
  readonly segments: readonly (Segment & { readonly lab: readonly number[] })[];
  readonly frames: readonly SegFrame[];
  readonly bits: Uint8Array;
  readonly seriesDescription: string;
  readonly date: Date;
  readonly uid: () => string;
}

const SEGMENTATION_STORAGE = '1.2.840.10008.5.1.4.1.1.66.4';
const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
const TISSUE: Code = { value: '85756007', scheme: 'SCT', meaning: 'Tissue' };
const NAME = 'clickseg (not a medical device)';

const code = ({ value, scheme, meaning }: Code): Dataset => ({
  CodeValue: value,
  CodingSchemeDesignator: scheme,
  CodeMeaning: meaning,
});

/** The attributes of a DICOM SEG by keyword (PS3.3 A.51), with the file's own (PS3.10 7.1). */
export function segDataset(content: SegContent): { readonly meta: Dataset; readonly dataset: Dataset } {
  const { source, segments, frames, bits, date, uid, seriesDescription } = content;
  const [first] = source.headers as readonly [DicomHeader];
  const values = (keyword: keyof DicomHeader) => first[keyword]?.split('\\').map((value) => value.trim());
  // Files of before 1993 write 1996.06.11 and 09:11:56.
  const date8 = (keyword: 'StudyDate' | 'PatientBirthDate') => first[keyword]?.replaceAll('.', '') ?? null;
  const copied = (...keywords: (keyof DicomHeader)[]) =>
    Object.fromEntries(
      keywords.filter((keyword) => first[keyword]).map((keyword) => [keyword, values(keyword)]),
    );
  const [day, time] = date.toISOString().replace(/[-:Z]/g, '').split('T') as [string, string];
  const [instance, dimensions] = [uid(), uid()];
  // Without them (a photograph, a projection) a frame lies where the image that it names lies.
  const placed =
    first.ImagePositionPatient &&
    first.ImageOrientationPatient &&
    first.PixelSpacing &&
    first.FrameOfReferenceUID;
  const images = [...new Set(frames.map(({ file }) => file))].sort((a, b) => a - b);
  const image = (file: number) => {
    const { SOPClassUID, SOPInstanceUID } = source.headers[file] as DicomHeader;
    return { ReferencedSOPClassUID: SOPClassUID, ReferencedSOPInstanceUID: SOPInstanceUID };
  };
  const pointer = (index: number, group: number, label: string) => ({
    DimensionOrganizationUID: dimensions,
    DimensionIndexPointer: index,
    FunctionalGroupPointer: group,
    DimensionDescriptionLabel: label,
  });
  const step = stepOf(source.headers) ?? values('SpacingBetweenSlices')?.[0];

  const dataset: Dataset = {
    _vrMap: { PixelData: 'OB' },
    SpecificCharacterSet: 'ISO_IR 192',
    // Patient and study, as the source has them.
    PatientName: first.PatientName ?? null,
    PatientID: first.PatientID ?? null,
    PatientBirthDate: date8('PatientBirthDate'),
    PatientSex: first.PatientSex ?? null,
    ...copied('IssuerOfPatientID', 'PatientAge', 'StudyDescription'),
    StudyInstanceUID: first.StudyInstanceUID,
    StudyDate: date8('StudyDate'),
    StudyTime: first.StudyTime?.replaceAll(':', '') ?? null,
    StudyID: first.StudyID ?? null,
    AccessionNumber: first.AccessionNumber ?? null,
    ReferringPhysicianName: first.ReferringPhysicianName ?? null,
    // A series of its own.
    Modality: 'SEG',
    SeriesInstanceUID: uid(),
    SeriesNumber: String(1000 + (Number.parseInt(first.SeriesNumber ?? '', 10) || 0)),
    SeriesDate: day,
    SeriesTime: time,
    SeriesDescription: seriesDescription,
    ...(placed && {
      FrameOfReferenceUID: first.FrameOfReferenceUID,
      PositionReferenceIndicator: first.PositionReferenceIndicator ?? null,
    }),
    Manufacturer: NAME,
    ManufacturerModelName: 'clickseg',
    DeviceSerialNumber: '0',
    SoftwareVersions: '0.0.0',
    // The image.
    SOPClassUID: SEGMENTATION_STORAGE,
    SOPInstanceUID: instance,
    InstanceNumber: '1',
    ContentDate: day,
    ContentTime: time,
    ContentLabel: 'SEGMENTATION',
    ContentDescription: 'Segmentation by clicks',
    ContentCreatorName: null,
    ImageType: ['DERIVED', 'PRIMARY'],
    LossyImageCompression: first.LossyImageCompression ?? '00',
    ...(first.LossyImageCompression === '01' &&
      copied('LossyImageCompressionRatio', 'LossyImageCompressionMethod')),
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    Rows: source.rows,
    Columns: source.columns,
    BitsAllocated: 1,
    BitsStored: 1,
    HighBit: 0,
    PixelRepresentation: 0,
    NumberOfFrames: String(frames.length),
    SegmentationType: 'BINARY',
    SegmentsOverlap: 'NO',
    SegmentSequence: segments.map(({ name, lab, category = TISSUE, type = TISSUE }, i) => ({
      SegmentNumber: i + 1,
      // A backslash would make two values of one.
      SegmentLabel: name.trim().replaceAll('\\', '/').slice(0, 64),
      SegmentAlgorithmType: 'SEMIAUTOMATIC',
      SegmentAlgorithmName: 'clickseg',
      SegmentedPropertyCategoryCodeSequence: [code(category)],
      SegmentedPropertyTypeCodeSequence: [code(type)],
      RecommendedDisplayCIELabValue: lab,
    })),
    ReferencedSeriesSequence: [
      { SeriesInstanceUID: first.SeriesInstanceUID, ReferencedInstanceSequence: images.map(image) },
    ],
    DimensionOrganizationSequence: [{ DimensionOrganizationUID: dimensions }],
    DimensionIndexSequence: [
      pointer(0x0062000b, 0x0062000a, 'ReferencedSegmentNumber'),
      ...(placed ? [pointer(0x00200032, 0x00209113, 'ImagePositionPatient')] : []),
    ],
    SharedFunctionalGroupsSequence: [
      placed
        ? {
            PixelMeasuresSequence: [
              {
                PixelSpacing: values('PixelSpacing'),
                SliceThickness: values('SliceThickness')?.[0] ?? step ?? '1',
                ...(step && { SpacingBetweenSlices: step }),
              },
            ],
            PlaneOrientationSequence: [{ ImageOrientationPatient: values('ImageOrientationPatient') }],
          }
        : {},
    ],
    PerFrameFunctionalGroupsSequence: frames.map(({ segment, file }) => ({
      FrameContentSequence: [
        { DimensionIndexValues: [segment + 1, ...(placed ? [images.indexOf(file) + 1] : [])] },
      ],
      ...(placed && { PlanePositionSequence: [{ ImagePositionPatient: positionOf(source.headers[file]) }] }),
      SegmentIdentificationSequence: [{ ReferencedSegmentNumber: segment + 1 }],
      DerivationImageSequence: [
        {
          DerivationCodeSequence: [code({ value: '113076', scheme: 'DCM', meaning: 'Segmentation' })],
          SourceImageSequence: [
            {
              ...image(file),
              SpatialLocationsPreserved: 'YES',
              PurposeOfReferenceCodeSequence: [
                code({
                  value: '121322',
                  scheme: 'DCM',
                  meaning: 'Source image for image processing operation',
                }),
              ],
            },
          ],
        },
      ],
    })),
    PixelData: [bits.buffer],
  };
  const meta: Dataset = {
    FileMetaInformationVersion: [new Uint8Array([0, 1]).buffer],
    MediaStorageSOPClassUID: SEGMENTATION_STORAGE,
    MediaStorageSOPInstanceUID: instance,
    TransferSyntaxUID: EXPLICIT_LITTLE_ENDIAN,
    // A number of our own: made once from a random UUID, as PS3.5 B.2 describes.
    ImplementationClassUID: '2.25.113982851558818492591669311550579100761',
    ImplementationVersionName: 'CLICKSEG',
  };
  return { meta, dataset };
}

function positionOf(header: DicomHeader | undefined): string[] | undefined {
  return header?.ImagePositionPatient?.split('\\').map((value) => value.trim());
}

/** Distance between neighbouring files, from their positions: some scanners write the gap as the spacing. */
function stepOf(headers: readonly DicomHeader[]): string | undefined {
  const at = headers.slice(0, 2).map((header) => positionOf(header)?.map(Number));
  const [a, b] = at;
  if (!a || !b) return undefined;
  const distance = Math.hypot(...a.map((value, i) => (b[i] as number) - value));
  return distance > 0 ? String(Number(distance.toPrecision(8))) : undefined;
}

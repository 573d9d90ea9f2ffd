import type { DicomSource, Volume } from '@clickseg/example-dataset';

interface Read extends Volume {
  /** Whether the file wants its lowest values white (MONOCHROME1). */
  readonly inverted: boolean;
  readonly source: DicomSource;
}

/**
 * A DICOM image as it is meant to be looked at: where its lowest values are white, values are mirrored within their range, for the
 * screen and the network alike, which learnt from pictures whose bone is bright. Values that have a unit stay, as CT's and PET's.
 */
export function turnedOver({ inverted, ...volume }: Read): Volume {
  if (!inverted || ['CT', 'PT'].includes(volume.source.headers[0]?.Modality ?? '')) return volume;
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of volume.data) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return { ...volume, data: volume.data.map((value) => least + most - value) };
}

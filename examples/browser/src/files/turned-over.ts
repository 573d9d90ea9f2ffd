import type { DicomSource, Volume } from '@clickseg/example-dataset';

interface Read extends Volume {
  /** Whether the file wants its lowest values white: by MONOCHROME1, or by a presentation LUT shape of INVERSE. */
  readonly inverted: boolean;
  readonly source: DicomSource;
}

/**
 * A DICOM image as it is meant to be looked at: where its lowest values are white, values are mirrored within their range, for the
 * screen and the network alike, which learnt from pictures whose bone is bright. Values that have a unit stay, as CT's and PET's.
 * @returns it, and what a person should know of it
 */
export function turnedOver({ inverted, ...volume }: Read): {
  readonly volume: Volume;
  readonly note?: string;
} {
  if (!inverted || ['CT', 'PT'].includes(volume.source.headers[0]?.Modality ?? '')) return { volume };
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of volume.data) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const data = volume.data.map((value) => least + most - value);
  return { volume: { ...volume, data }, note: 'Values turned over (MONOCHROME1 or INVERSE).' };
}

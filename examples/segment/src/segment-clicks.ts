import type { DicomSlice } from '@clickseg/example-dataset';
import type { Prediction, Segmenter } from '@clickseg/runtime';
import type { ClickedStructure } from './clicks-file.ts';

/** One structure and the model's answer to its clicks. */
export interface SegmentedStructure {
  readonly structure: ClickedStructure;
  readonly prediction: Prediction;
}

/** What {@link segmentClicks} answers. */
export interface SegmentedImage {
  /** ms to prepare the image for the model, once for all structures. */
  readonly prepareMs: number;
  readonly structures: readonly SegmentedStructure[];
}

/** Segments each structure of a slice from its own clicks. */
export async function segmentClicks(
  segmenter: Segmenter,
  { image, spacing, modality }: DicomSlice,
  structures: readonly ClickedStructure[],
): Promise<SegmentedImage> {
  const started = performance.now();
  const intensities = modality === 'CT' ? 'hounsfield' : 'auto';
  const interaction = await segmenter.open(image, { spacing, intensities });
  const prepareMs = performance.now() - started;
  const answers: SegmentedStructure[] = [];
  for (const structure of structures) {
    interaction.clear();
    for (const click of structure.clicks) interaction.add(click);
    answers.push({ structure, prediction: await interaction.predict() });
  }
  await interaction.dispose();
  return { prepareMs, structures: answers };
}

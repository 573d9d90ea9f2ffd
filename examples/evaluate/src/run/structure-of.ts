import { type LabelledCase, type LoadedCase, sliceOf } from '@clickseg/example-dataset/node';
import { type DenseRaster, type NamedSpacing, raster } from '@clickseg/raster';

/** A structure on a slice: the paper's unit, as an annotator and a method get it. */
export interface StructureOnSlice {
  readonly image: DenseRaster;
  /** 0 and 1. */
  readonly gt: DenseRaster<Uint8Array>;
  /** Of the slice; undefined where it is not known. */
  readonly spacing: NamedSpacing | undefined;
}

/** Takes a structure on a slice out of its case. */
export function structureOf(
  { image, label }: LoadedCase,
  { spacingKnown }: Pick<LabelledCase, 'spacingKnown'>,
  slice: number,
  id: number,
): StructureOnSlice {
  const labels = sliceOf(label, slice);
  return {
    image: sliceOf(image, slice),
    gt: raster(
      Uint8Array.from(labels.data, (v) => (v === id ? 1 : 0)),
      labels.shape,
    ),
    // The 1 mm that stands in for it would be taken for a fact.
    spacing: spacingKnown === false ? undefined : { x: image.spacing.x, y: image.spacing.y },
  };
}

import type { DatasetCase } from '@clickseg/example-dataset/node';
import type { NamedSpacing } from '@clickseg/raster';

/**
 * A case's spacing; undefined where its folder does not know it and 1 mm stands in: the click app opens such a picture without
 * one too, and a pixel is a pixel of the working grid.
 */
export function spacingOf({
  spacing,
  spacingKnown,
}: Pick<DatasetCase, 'spacing' | 'spacingKnown'>): Required<NamedSpacing> | undefined {
  return spacingKnown === false ? undefined : spacing;
}

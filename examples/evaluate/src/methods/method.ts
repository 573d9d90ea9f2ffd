import type { Click } from '@clickseg/guidance';
import type { DenseRaster, NamedSpacing } from '@clickseg/raster';

/** Who places the clicks: the simulated annotator of the run's strategy, or one who clicks anywhere wrong. */
export type Annotator = 'strategy' | 'random';

/** What stands in for a spacing that is not known. */
export const PIXELS: NamedSpacing = { x: 1, y: 1 };

/** Something that turns clicks into a mask. */
export interface Method {
  /** As tables and records name it. */
  readonly name: string;
  readonly annotator: Annotator;
  /** @param spacing - undefined where it is not known: millimetres are pixels then */
  open(image: DenseRaster, spacing: NamedSpacing | undefined): Promise<Answers>;
}

/** A method at work on one slice. */
export interface Answers {
  /** The mask for all clicks so far, 0 and 1; each call's clicks begin with those of the call before. */
  predict(clicks: readonly Click[]): Promise<DenseRaster<Uint8Array>>;
  close(): Promise<void>;
}

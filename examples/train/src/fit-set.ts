import { ClicksegError, isClicksegError } from '@clickseg/raster';
import type { ModelMetadata } from '@clickseg/runtime';
import { SLICE_SET_DEFAULTS, sliceSet, TRAIN_DEFAULTS, type TrainingSet } from '@clickseg/train';
import type { FitSettings } from './fit.ts';
import { loadSlices } from './load-slices.ts';
import type { OpenedCase } from './open-folder.ts';
import { tooSmall } from './small-structures.ts';
import { structureNames } from './structure-names.ts';

/** More of one group are drawn from: memory holds every one. */
const SLICES_PER_GROUP = 5000;

/**
 * What `fit` trains on: the slices of some cases. Says what of them is left out.
 *
 * @param metadata - of the model
 * @throws ClicksegError `empty-mask` where no structure is large enough, and what {@link loadSlices} throws
 */
export function fitSet(
  cases: readonly OpenedCase[],
  { set, train, base }: Pick<FitSettings, 'set' | 'train' | 'base'>,
  metadata: ModelMetadata,
  signal?: AbortSignal,
): Promise<TrainingSet> {
  return atSpacing(metadata, base?.path, async () => {
    const slices = await loadSlices(cases, {
      metadata,
      slicesPerGroup: SLICES_PER_GROUP,
      seed: train.seed ?? TRAIN_DEFAULTS.seed,
      signal,
      onDrawn: (group, kept, of) => {
        const [n, all] = [kept, of].map((count) => count.toLocaleString('en'));
        console.error(`${group}: ${n} of ${all} slices, drawn with the seed`);
      },
    });
    const minArea = set.minArea ?? SLICE_SET_DEFAULTS.minArea;
    const small = tooSmall(slices, minArea, structureNames(cases));
    if (small !== undefined) console.error(`warning: ${small}`);
    return sliceSet(slices, set);
  });
}

/** Says at which spacing slices are beyond any size, or have no structure left: their own fault shows neither. */
async function atSpacing<R>(
  { spacing, zoom }: ModelMetadata,
  base: string | undefined,
  body: () => Promise<R>,
): Promise<R> {
  try {
    return await body();
  } catch (cause) {
    // A model that zooms has no working grid.
    if (zoom || !(isClicksegError(cause, 'invalid-spacing') || isClicksegError(cause, 'empty-mask')))
      throw cause;
    const grid = base ? `${base} has a working grid of ${spacing} mm` : `--spacing ${spacing} (mm)`;
    throw new ClicksegError(cause.code, `${grid}: ${cause.message}`, { cause });
  }
}

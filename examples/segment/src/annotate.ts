import { type Phantom, type PhantomStructure, sliceOf } from '@clickseg/example-dataset';
import { compareMasks } from '@clickseg/metrics';
import { type DenseRaster, type Raster, raster } from '@clickseg/raster';
import type { Segmenter } from '@clickseg/runtime';
import { simulateInteraction } from '@clickseg/simulate';

/** After how many clicks the paper looks (section IV). */
export const CLICK_COUNTS = [1, 2, 5, 10, 15] as const;

/** Agreement with the reference after some number of clicks; distances in mm. */
export interface Agreement {
  readonly clicks: number;
  readonly dice: number;
  readonly hausdorff: number;
  readonly meanAbsoluteDistance: number;
}

/** One structure's course. */
export interface AnnotatedStructure {
  readonly name: PhantomStructure;
  /** The slice it was annotated in. */
  readonly z: number;
  /** One entry for each of {@link CLICK_COUNTS}. */
  readonly agreement: readonly Agreement[];
}

/**
 * Lets the paper's simulated annotator correct each structure, on the slice where it is largest.
 *
 * Where it ends early because nothing is left to correct, the last answer stands for the clicks it spared.
 * @param seed - of its clicks, each structure's run begins anew with it
 */
export async function annotate(
  segmenter: Segmenter,
  phantom: Phantom,
  names: readonly PhantomStructure[],
  seed: number,
): Promise<AnnotatedStructure[]> {
  const { spacing } = phantom.image;
  const results: AnnotatedStructure[] = [];
  for (const name of names) {
    const { z, mask } = largestSlice(phantom, name);
    const interaction = await segmenter.open(sliceOf(phantom.image, z), {
      spacing,
      intensities: 'hounsfield',
    });
    const predict = async (clicks: Parameters<Parameters<typeof simulateInteraction>[0]['predict']>[0]) => {
      // The annotator only ever adds; the interaction already has all but the newest.
      for (const click of clicks.slice(interaction.clicks.length)) interaction.add(click);
      return (await interaction.predict()).mask;
    };
    const courses: Raster[] = [];
    const most = CLICK_COUNTS[CLICK_COUNTS.length - 1];
    for await (const step of simulateInteraction({
      gt: mask,
      predict,
      clicks: most,
      strategy: 'sakinis',
      seed,
    })) {
      courses.push(step.prediction);
    }
    const agreement = CLICK_COUNTS.map((clicks) => {
      const prediction = courses[Math.min(clicks, courses.length) - 1];
      const { dice, hausdorff, meanAbsoluteDistance } = compareMasks(prediction, mask, {
        spacing: [spacing.y, spacing.x],
      });
      return { clicks, dice, hausdorff, meanAbsoluteDistance };
    });
    results.push({ name, z, agreement });
    await interaction.dispose();
  }
  return results;
}

/** The slice in which a structure has the most pixels, and its mask there. */
export function largestSlice(
  { label, labels }: Phantom,
  name: PhantomStructure,
): { readonly z: number; readonly mask: DenseRaster<Uint8Array> } {
  let best = { z: -1, mask: raster(new Uint8Array(1), [1, 1]), count: 0 };
  for (let z = 0; z < label.shape[0]; z++) {
    const slice = sliceOf(label, z);
    const mask = slice.data.map((id) => (id === labels[name] ? 1 : 0));
    const count = mask.reduce((sum, v) => sum + v, 0);
    if (count > best.count) best = { z, mask: raster(mask, slice.shape), count };
  }
  return best;
}

/** The mean over structures, by number of clicks; NaN where any structure's is not finite, so that a miss shows. */
export function meanAgreement(structures: readonly AnnotatedStructure[]): Agreement[] {
  return CLICK_COUNTS.map((clicks, i) => {
    const mean = (metric: 'dice' | 'hausdorff' | 'meanAbsoluteDistance') =>
      structures.reduce((sum, { agreement }) => sum + agreement[i][metric], 0) / structures.length;
    return {
      clicks,
      dice: mean('dice'),
      hausdorff: mean('hausdorff'),
      meanAbsoluteDistance: mean('meanAbsoluteDistance'),
    };
  });
}

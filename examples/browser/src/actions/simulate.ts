import { raster } from '@clickseg/raster';
import { nextClick, type Random, seededRandom } from '@clickseg/simulate';
import { counted } from '../state/counted.ts';
import { wholeMask } from '../state/mask-box.ts';
import { current, currentWork, say, selectedClick, slice, sliceShape, truth } from '../state/store.ts';
import { type OwnTask, runTask } from '../state/task.ts';
import { heatShown } from '../truth/follow-heat.ts';
import { truthMask } from '../truth/truth-mask.ts';
import { addClick, settled } from './clicks.ts';

// How long the map is to be seen before the click that is drawn from it falls.
const LOOK = 600;
let chance: { readonly of: typeof truth.value; readonly random: Random } | undefined;

/** The paper's seed again for each truth, so that a scan opened anew gets the same clicks. */
function randomNow(): Random {
  if (chance?.of !== truth.value) chance = undefined;
  chance ??= { of: truth.value, random: seededRandom() };
  return chance.random;
}

/** Lets the paper's annotator click: shows where it may, draws one, and waits for the answer. */
export async function simulateClicks(count: number): Promise<void> {
  if (truth.value === undefined) return say('Open a ground truth first.', true);
  if (truthMask.value === undefined) return say('This slice has no structure of the truth.', true);
  if (currentWork.value.source === 'file' && currentWork.value.clicks.length === 0) {
    return say('This mask came from a file: click once yourself, so that its clicks are found.', true);
  }
  await runTask('Simulated annotator', (own) => annotate(count, own), {
    stopped: () => 'Simulated annotator: stopped.',
  });
}

async function annotate(count: number, own: OwnTask): Promise<void> {
  const [structure, at, random] = [current.value?.id, slice.value, randomNow()];
  heatShown.value = true;
  let placed = 0;
  for (let i = 0; i < count; i++) {
    own.report(i, count);
    await new Promise((resolve) => setTimeout(resolve, LOOK));
    const gt = truthMask.value;
    if (own.signal.aborted || current.value?.id !== structure || slice.value !== at || gt === undefined)
      break;
    const shape = sliceShape.value;
    const prediction = raster(wholeMask(currentWork.value.mask, shape), shape);
    const click = nextClick(raster(gt, shape), prediction, { strategy: 'sakinis', random });
    if (click === undefined) return say('Nothing is left to correct.');
    addClick(click.label, click);
    selectedClick.value = undefined;
    await settled();
    placed++;
  }
  if (placed > 0 && !own.signal.aborted) say(`Simulated annotator: ${counted(placed, 'click')}.`);
}

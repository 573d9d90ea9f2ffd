import { raster } from '@clickseg/raster';
import { nextClick, type Random, seededRandom } from '@clickseg/simulate';
import { effect, signal } from '@preact/signals';
import { addClick, settled } from '../actions/clicks.ts';
import { counted } from '../state/counted.ts';
import { wholeMask } from '../state/mask-box.ts';
import { current, currentWork, heat, say, selectedClick, slice, sliceShape, truth } from '../state/store.ts';
import { type OwnTask, runTask } from '../state/task.ts';
import { heatMap } from './heat-map.ts';
import { truthMask } from './truth-mask.ts';

/** Whether the click probability is shown over the image. */
export const heatShown = signal(false);

// How long the map is to be seen before the click that is drawn from it falls.
const LOOK = 600;
let random: Random = seededRandom();

/** The paper's seed again, so that a scan opened anew gets the same clicks. */
function reseed(): void {
  random = seededRandom();
}

/** Keeps the heat overlay true to the mask. */
export function followHeat(): void {
  effect(() => {
    truth.value;
    reseed();
  });
  effect(() => {
    const [gt, shape, at] = [truthMask.value, sliceShape.value, slice.value];
    const { mask, answered } = currentWork.value;
    if (!heatShown.value || gt === undefined) heat.value = undefined;
    else if (answered) heat.value = { slice: at, data: heatMap(gt, wholeMask(mask, shape), shape) };
  });
}

/** Lets the paper's annotator click: shows where it may, draws one, and waits for the answer. */
export async function simulateClicks(count: number): Promise<void> {
  if (truthMask.value === undefined) return say('This slice has no structure of the truth.', true);
  if (currentWork.value.source === 'file' && currentWork.value.clicks.length === 0) {
    return say('This mask came from a file: click once yourself, so that its clicks are found.', true);
  }
  await runTask('Simulated annotator', (own) => annotate(count, own), {
    stopped: () => 'Simulated annotator: stopped.',
  });
}

async function annotate(count: number, own: OwnTask): Promise<void> {
  const [structure, at] = [current.value?.id, slice.value];
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

import type { PlacedClick } from '@clickseg/guidance';
import { type DenseRaster, type Raster, raster } from '@clickseg/raster';
import type { NetworkPredictor, Predictor, RawPrediction } from './predictor.ts';
import { resample } from './resample.ts';

/** `[h, w]` of 0 and 1 on the image's grid: the answer to all clicks but the newest. Never changed, so that it is known by identity. */
export type PreviousMask = DenseRaster<Uint8Array>;

/** Where a row of a mask is 1: `[from, to, from, to, ...]`, ends exclusive, over the pixels of the image. */
type Runs = readonly number[];

// A session has ten or twenty clicks; what is forgotten is asked for again.
const MOST_KEPT = 64;

/**
 * Gives the network the mask before the newest click, by recursion over the list: the answer to clicks 1 to n takes that to
 * clicks 1 to n - 1, and none takes nothing. So an answer is a function of its clicks in their order, whatever was on the
 * screen, and undo, redo, a replay and saved work see the same (docs/decisions/0514).
 *
 * What the first clicks of a list answered is kept, so that one more click, a drag of the newest and an undo
 * cost one answer. A list that was never seen costs as many as it has clicks.
 *
 * @param shape - `[h, w]` of the image
 * @returns the answer to clicks; its times are those of all that had to be asked
 */
export function rememberMasks(
  shape: readonly [number, number],
  threshold: number,
  answerTo: NetworkPredictor['run'],
): Predictor['run'] {
  const kept = new Map<string, Runs>();
  // A drag asks for hundreds of lists, none of which is ever the beginning of another but the last.
  let newest: { readonly key: string; readonly runs: Runs } | undefined;
  let shown: { readonly runs: Runs; readonly mask: PreviousMask } | undefined;

  function keep(key: string, runs: Runs): void {
    kept.delete(key);
    kept.set(key, runs);
    if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value!);
  }
  function recall(clicks: readonly PlacedClick[]): Runs | undefined {
    const key = keyOf(clicks);
    const runs = newest?.key === key ? newest.runs : kept.get(key);
    if (runs) keep(key, runs);
    return runs;
  }
  function toMask(runs: Runs): PreviousMask {
    if (shown?.runs !== runs) {
      const mask = new Uint8Array(shape[0] * shape[1]);
      for (let i = 0; i < runs.length; i += 2) mask.fill(1, runs[i], runs[i + 1]);
      shown = { runs, mask: raster(mask, shape) };
    }
    return shown.mask;
  }

  return async (clicks, signal) => {
    // Up to the first click on the structure nothing was answered: docs/decisions/0502.
    const least = clicks.findIndex(({ label }) => label === 'foreground');
    let known = clicks.length - 1;
    let runs: Runs | undefined;
    while (known > least && !(runs = recall(clicks.slice(0, known)))) known--;
    let [guidance, inference] = [0, 0];
    for (let n = known + 1; ; n++) {
      const some = clicks.slice(0, n);
      const answer = await answerTo(some, runs && toMask(runs), signal);
      guidance += answer.guidance;
      inference += answer.inference;
      runs = runsOf(answer, threshold, shape);
      if (n === clicks.length) {
        newest = { key: keyOf(clicks), runs };
        return { ...answer, guidance, inference };
      }
      keep(keyOf(some), runs);
      signal?.throwIfAborted();
    }
  };
}

/** The previous mask on a window's `[rows, columns]` of network pixels: 1 where it covers half of one or more. */
export function maskOn(previous: Raster, shape: readonly [number, number]): Float32Array {
  const { data } = resample(previous, shape);
  for (let k = 0; k < data.length; k++) data[k] = data[k] >= 0.5 ? 1 : 0;
  return data;
}

const keyOf = (clicks: readonly PlacedClick[]) => clicks.map(({ x, y, label }) => [x, y, label]).join(';');

function runsOf({ probability, seen }: RawPrediction, threshold: number, shape: readonly number[]): Runs {
  const [[top, left], [rows, columns]] = seen ? [seen.start, seen.shape] : [[0, 0], shape];
  const runs: number[] = [];
  for (let y = top; y < top + rows; y++) {
    const end = y * shape[1] + left + columns;
    for (let k = end - columns; k < end; k++) {
      if (!(probability[k] >= threshold)) continue;
      const from = k;
      while (k < end && probability[k] >= threshold) k++;
      runs.push(from, k);
    }
  }
  return runs;
}

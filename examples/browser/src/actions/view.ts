import {
  depth,
  greyWindow,
  heat,
  mode,
  outlinesShown,
  say,
  scan,
  selectedClick,
  slice,
} from '../state/store.ts';
import { fullWindow, PRESETS } from '../state/window.ts';
import { settle } from './clicks.ts';

/** Shows another slice. */
export function go(next: number): void {
  const at = Math.min(depth.value - 1, Math.max(0, Math.round(next)));
  if (at === slice.value) return;
  slice.value = at;
  selectedClick.value = undefined;
  heat.value = undefined;
  settle(at);
}

export const turn = (by: number): void => go(slice.value + by);

/** Sets what a left click or a tap means. */
export function chooseMode(meant: typeof mode.value): void {
  mode.value = meant;
  say(`Clicks mean ${meant === 'foreground' ? 'inside' : 'outside'}.`);
}

/** Hides or shows all outlines. */
export function toggleOutlines(): void {
  outlinesShown.value = !outlinesShown.value;
  say(`Outlines ${outlinesShown.value ? 'shown' : 'hidden'}.`);
}

/** Chooses a window by its place in the list; the one after the last shows everything. */
export function choosePreset(index: number): void {
  const open = scan.value;
  if (open === undefined) return;
  const chosen = PRESETS[index];
  greyWindow.value = chosen ? { low: chosen.low, high: chosen.high } : fullWindow(open);
}

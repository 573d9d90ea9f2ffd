import {
  depth,
  type GreyWindow,
  greyWindow,
  heat,
  mode,
  outlinesShown,
  type Scan,
  say,
  scan,
  selectedClick,
  slice,
} from '../state/store.ts';
import { settle } from './clicks.ts';

/** Grey windows of CT by their usual names, in HU. */
export const PRESETS = [
  { name: 'Soft tissue', low: -160, high: 240 },
  { name: 'Lung', low: -1350, high: 150 },
  { name: 'Bone', low: -450, high: 1050 },
  { name: 'Brain', low: 0, high: 80 },
] as const;

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

/** Whether the values are Hounsfield units, which air below -150 tells. */
export const isCt = ({ volume: { data } }: Scan): boolean => {
  for (let i = 0; i < data.length; i++) if ((data[i] as number) < -150) return true;
  return false;
};

/** The window from the darkest to the brightest hundredth. */
export function fullWindow({ volume: { data } }: Pick<Scan, 'volume'>): GreyWindow {
  const step = Math.max(1, Math.floor(data.length / 50_000));
  const some: number[] = [];
  for (let i = 0; i < data.length; i += step) some.push(data[i] as number);
  some.sort((a, b) => a - b);
  const at = (share: number) => some[Math.round(share * (some.length - 1))] as number;
  const [low, high] = [at(0.01), at(0.99)];
  return high > low ? { low, high } : { low: low - 1, high: low + 1 };
}

/** Chooses a window by its place in the list; the one after the last shows everything. */
export function choosePreset(index: number): void {
  const open = scan.value;
  if (open === undefined) return;
  const preset = PRESETS[index];
  greyWindow.value = preset ? { low: preset.low, high: preset.high } : fullWindow(open);
}

/** The window that a scan opens with: a CT's soft tissue, or all greys. */
export const firstWindow = (opened: Scan): GreyWindow => {
  const { low, high } = PRESETS[0];
  return isCt(opened) ? { low, high } : fullWindow(opened);
};

import { computed } from '@preact/signals';
import { type GreyWindow, greyWindow, type Scan, scan } from './store.ts';

/** Grey windows of CT by their usual names, in HU. */
export const PRESETS = [
  { name: 'Soft tissue', low: -160, high: 240 },
  { name: 'Lung', low: -1350, high: 150 },
  { name: 'Bone', low: -450, high: 1050 },
  { name: 'Brain', low: 0, high: 80 },
] as const;

/** Whether the values are Hounsfield units, which air below -150 tells. */
const isCt = ({ volume: { data } }: Scan): boolean => {
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

/** The window that a scan opens with: a CT's soft tissue, or all greys. */
export const firstWindow = (opened: Scan): GreyWindow => {
  const { low, high } = PRESETS[0];
  return isCt(opened) ? { low, high } : fullWindow(opened);
};

// Sorting the values takes too long for each step of a hand that turns the window.
const full = computed(() => scan.value && fullWindow(scan.value));

/** The place of the window in the list of presets, the one after the last for all greys; -1 where it is none of them. */
export const preset = computed(() => {
  const { low, high } = greyWindow.value;
  const same = (each: GreyWindow | undefined) => each?.low === low && each.high === high;
  const named = PRESETS.findIndex(same);
  return named < 0 && same(full.value) ? PRESETS.length : named;
});

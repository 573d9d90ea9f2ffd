import type { Volume } from '@clickseg/example-dataset';
import type { PredictionTimings } from '@clickseg/runtime';
import { computed, signal } from '@preact/signals';
import { type SliceWork, type Structure, untouched } from './structure.ts';

/** A scan that is open. */
export interface Scan {
  readonly name: string;
  readonly volume: Volume;
  /** Whether left and right, front and back are known, and letters may say so. */
  readonly oriented: boolean;
  /** Whether a millimetre is known; without, areas are in pixels. */
  readonly measured: boolean;
}

/** A ground truth to measure against. */
export interface Truth {
  /** Dense, as the scan's voxels. */
  readonly data: ArrayLike<number>;
  readonly labels: readonly { readonly value: number; readonly name: string }[];
}

/** A colour scale over the slice: where a simulated click would fall. */
export interface Heat {
  readonly slice: number;
  /** `height * width`, 0 to 1. */
  readonly data: Float32Array;
}

/** The grey window, in the scan's own values. */
export interface GreyWindow {
  readonly low: number;
  readonly high: number;
}

// All that the app knows. Panels and the picture draw themselves anew from it. Scan, structures and truth are written by src/actions,
// src/engine, and the history and locks beside this alone; where one looks and points (window, crosshair, heat), also by hands, keys,
// panels and src/truth/follow-heat.ts.
export const scan = signal<Scan | undefined>(undefined);
export const structures = signal<readonly Structure[]>([]);
export const currentId = signal(1);
export const slice = signal(0);
export const selectedClick = signal<number | undefined>(undefined);
export const truth = signal<Truth | undefined>(undefined);
export const heat = signal<Heat | undefined>(undefined);
export const greyWindow = signal<GreyWindow>({ low: 0, high: 1 });
/** Bumped whenever the image lies elsewhere on the screen. */
export const placed = signal(0);
/** Where keyboard users point, in pixels; `undefined` while they do not. */
export const crosshair = signal<{ readonly x: number; readonly y: number } | undefined>(undefined);
/** What a left click or a tap means. */
export const mode = signal<'foreground' | 'background'>('foreground');
export const outlinesShown = signal(true);
export const said = signal<{ readonly text: string; readonly fault: boolean }>({ text: '', fault: false });
/** Predictions that are still to come. */
export const waiting = signal(0);
export const lastTimings = signal<PredictionTimings | undefined>(undefined);
/** Predictions a second over the last drag. */
export const rate = signal<number | undefined>(undefined);
export const helpOpen = signal(false);

export const current = computed(() => structures.value.find(({ id }) => id === currentId.value));
export const depth = computed(() => scan.value?.volume.shape[0] ?? 1);
export const sliceShape = computed<readonly [number, number]>(() => {
  const [, height, width] = scan.value?.volume.shape ?? [1, 1, 1];
  return [height, width];
});

/** What was done for a structure on a slice. */
export const workOf = (id: number, at: number): SliceWork =>
  structures.value.find((each) => each.id === id)?.slices.get(at) ?? untouched();

/** What was done for the current structure on the slice that is shown. */
export const currentWork = computed(() => current.value?.slices.get(slice.value) ?? untouched());

/** A structure as it is now; undefined once it was deleted, also where another has got its id. */
export const asItIsNow = ({ made }: Structure): Structure | undefined =>
  structures.value.find((each) => each.made === made);

/** Puts another structure in an old one's place. */
export function replaceStructure(id: number, change: (old: Structure) => Structure): void {
  structures.value = structures.value.map((each) => (each.id === id ? change(each) : each));
}

/** Puts another slice in an old one's place. */
export function replaceWork(id: number, at: number, work: SliceWork): void {
  replaceStructure(id, (old) => ({ ...old, slices: new Map(old.slices).set(at, work) }));
}

/** Tells the person something; a fault stays until the next word. */
export function say(text: string, fault = false): void {
  said.value = { text, fault };
}

/** Runs what a person asked for; what fails is said, and nothing that was clicked is lost. */
export function attempt(work: () => unknown): void {
  const fail = (error: unknown) => {
    if ((error as Error | undefined)?.name === 'AbortError') return;
    say(error instanceof Error ? error.message : String(error), true);
  };
  try {
    Promise.resolve(work()).catch(fail);
  } catch (error) {
    fail(error);
  }
}

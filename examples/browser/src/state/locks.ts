import { type MaskBox, withoutMasks } from './mask-box.ts';
import { structures } from './store.ts';
import type { Structure } from './structure.ts';

/** What some structures have on a slice. */
export const masksOn = (some: readonly Structure[], at: number): MaskBox[] =>
  some
    .map(({ slices }) => slices.get(at)?.mask)
    .filter((mask) => mask !== undefined && mask.pixels > 0) as MaskBox[];

/** Masks of other structures on a slice whose pixels are taken. @param all - default: the structures that are there now */
export const lockedMasks = (id: number, at: number, all = structures.value): MaskBox[] =>
  masksOn(
    all.filter((each) => each.locked && each.id !== id),
    at,
  );

/** Takes a structure's pixels from the others, but from locked ones. */
export function takePixels(id: number): void {
  const own = structures.value.find((each) => each.id === id)?.slices;
  structures.value = structures.value.map((other) => {
    if (other.id === id || other.locked || own === undefined) return other;
    const slices = new Map(other.slices);
    for (const [at, work] of slices) {
      const taken = own.get(at)?.mask;
      if (!taken || taken.pixels === 0) continue;
      const mask = withoutMasks(work.mask, [taken]);
      if (mask !== work.mask) slices.set(at, { ...work, mask });
    }
    return { ...other, slices };
  });
}

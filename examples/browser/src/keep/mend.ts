import { liesOn } from '../state/lies-on.ts';
import type { MaskBox } from '../state/mask-box.ts';
import { nextEdit, type SliceWork, type Structure } from '../state/structure.ts';

/**
 * Work that was kept, its edits numbered anew as they are with each page, and without what has no place in this scan: an older version kept clicks outside of their slice, which no
 * model answers and no file can hold, and which failed again at each visit.
 * @param shape - of the scan, `[depth, height, width]`
 * @returns the structures, and where something was dropped
 */
export function mend(
  structures: readonly Structure[],
  shape: readonly [number, number, number],
): { readonly structures: Structure[]; readonly dropped: string[] } {
  const [depth, ...size] = shape;
  const dropped: string[] = [];
  const mended = structures.map((structure) => {
    const slices = new Map<number, SliceWork>();
    for (const [at, work] of structure.slices) {
      const clicks = work.clicks.filter((click) => liesOn(click, size));
      const whole = clicks.length === work.clicks.length;
      const placed = at < depth && fits(work.mask, size);
      if (!whole || !placed) dropped.push(`${structure.name}, slice ${at + 1}`);
      // Of clicks that are left a mask is asked anew; without any there is nothing to keep.
      if (placed && (whole || clicks.length > 0)) {
        slices.set(at, { ...work, clicks, answered: work.answered && whole, edit: nextEdit() });
      }
    }
    return { ...structure, slices, made: nextEdit() };
  });
  return { structures: mended, dropped };
}

const fits = ({ x, y, width, height }: MaskBox, [rows, columns]: readonly [number, number]): boolean =>
  x + width <= columns && y + height <= rows;

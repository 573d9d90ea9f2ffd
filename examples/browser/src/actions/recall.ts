import { batch } from '@preact/signals';
import { keepOn, readKept } from '../keep/keep-work.ts';
import { mend } from '../keep/mend.ts';
import { currentId, greyWindow, say, scan, slice, structures, truth } from '../state/store.ts';
import { newStructure } from '../state/structure.ts';
import { firstWindow } from '../state/window.ts';
import { settle } from './clicks.ts';

/** Brings back the scan and the work of last time; false where nothing was kept, it cannot be read, or a scan was opened meanwhile. */
export async function recall(): Promise<boolean> {
  try {
    const kept = await readKept();
    // What was opened while this was read is what the person wants.
    if (kept === undefined || scan.value !== undefined) return false;
    const { scan: opened, work } = kept;
    // What an older version kept has no labels, and was numbered by its place.
    const labelled = work?.structures.map((each, i) => ({ ...each, label: each.label ?? i + 1 }));
    const { structures: fresh, dropped } = mend(labelled ?? [newStructure([])], opened.volume.shape);
    keepOn(kept, fresh);
    batch(() => {
      scan.value = opened;
      structures.value = fresh;
      currentId.value = work?.currentId ?? 1;
      slice.value = work?.slice ?? Math.floor(opened.volume.shape[0] / 2);
      greyWindow.value = work?.window ?? firstWindow(opened);
      truth.value = kept.truth;
    });
    if (dropped.length > 0) {
      say(
        `Clicks that lie outside of this scan were left out (${dropped.join('; ')}). All others are here.`,
        true,
      );
    }
    // The page may have been left before an answer came.
    settle();
    return true;
  } catch {
    return false;
  }
}

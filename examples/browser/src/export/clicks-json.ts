import { writeClicks } from '../engine/predict.ts';
import type { ClicksFile } from '../files/clicks-file.ts';
import { lockedMasks } from '../state/locks.ts';
import type { Scan } from '../state/store.ts';
import type { Structure } from '../state/structure.ts';

/** The clicks of every structure, with what was kept from it by locked ones: opened again, they give the same masks. */
export async function clicksJson(scan: Scan, structures: readonly Structure[]): Promise<string> {
  const saved = [];
  for (const { id, name, label, color, locked, slices } of structures) {
    const own = [];
    for (const [slice, { clicks }] of [...slices].sort(([a], [b]) => a - b)) {
      if (clicks.length === 0) continue;
      own.push({
        slice,
        ...(await writeClicks(scan, id, slice, clicks, locked ? [] : lockedMasks(id, slice, structures))),
      });
    }
    saved.push({ name, label, color, locked, slices: own });
  }
  return JSON.stringify(
    { format: 'clickseg-clicks', version: 1, structures: saved } satisfies ClicksFile,
    null,
    1,
  );
}

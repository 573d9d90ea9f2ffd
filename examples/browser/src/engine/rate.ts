import { rate } from '../state/store.ts';

let dragging = false;
let began: number | undefined;
let answers = 0;

/** A drag begins: its masks are counted. */
export function beginDrag(): void {
  dragging = true;
  began = undefined;
  answers = 0;
}

/** The hand let go. */
export function endDrag(): void {
  dragging = false;
}

/** A mask was drawn. The clock starts with the first, so that n masks are n - 1 intervals. */
export function countAnswer(): void {
  if (!dragging) return;
  if (began === undefined) {
    began = performance.now();
    return;
  }
  answers++;
  if (answers >= 3) rate.value = (1000 * answers) / (performance.now() - began);
}

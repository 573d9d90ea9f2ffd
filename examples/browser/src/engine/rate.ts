import { rate } from '../state/store.ts';

let began: number | undefined;
let answers = 0;

/** A drag begins: its masks are counted. */
export function beginDrag(): void {
  began = undefined;
  answers = 0;
}

/** A mask was drawn. The clock starts with the first, so that n masks are n - 1 intervals. */
export function countAnswer(): void {
  if (began === undefined) {
    began = performance.now();
    return;
  }
  answers++;
  if (answers >= 3) rate.value = (1000 * answers) / (performance.now() - began);
}

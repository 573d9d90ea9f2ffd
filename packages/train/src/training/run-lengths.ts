/** Lengths of a mask's runs of 0 and 1 by turns, beginning with those of 0: a mask of 25,600 pixels in some hundred numbers. */
export function runLengths(mask: Uint8Array): number[] {
  const runs: number[] = [];
  let [from, value] = [0, 0];
  for (let k = 0; k <= mask.length; k++) {
    if (k < mask.length && mask[k] === value) continue;
    runs.push(k - from);
    [from, value] = [k, 1 - value];
  }
  return runs;
}

/** The mask of {@link runLengths}, which has `length` pixels. */
export function fromRunLengths(runs: readonly number[], length: number): Uint8Array {
  const mask = new Uint8Array(length);
  let at = 0;
  for (const [i, run] of runs.entries()) mask.fill(i % 2, at, (at += run));
  return mask;
}

// Working memory that lives on between calls, so that a field on every mouse move allocates nothing.
// Larger requests (volumes) get memory of their own, which the collector may take back.
const KEPT = 1 << 20;

let bytes = new Uint8Array(0);
let ints = new Int32Array(0);
let doubles = new Float64Array(0);

/** At least `n` bytes of unknown content, good until the next call in the same turn. */
export function scratchBytes(n: number): Uint8Array {
  if (n <= bytes.length) return bytes;
  const made = new Uint8Array(n);
  if (n <= KEPT) bytes = made;
  return made;
}

/** At least `n` 32-bit integers of unknown content. */
export function scratchInts(n: number): Int32Array {
  if (n <= ints.length) return ints;
  const made = new Int32Array(n);
  if (n <= KEPT) ints = made;
  return made;
}

/** At least `n` doubles of unknown content. */
export function scratchDoubles(n: number): Float64Array {
  if (n <= doubles.length) return doubles;
  const made = new Float64Array(n);
  if (n <= KEPT) doubles = made;
  return made;
}

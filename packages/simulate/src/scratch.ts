// Working memory that lives on between calls, so that a simulated click allocates next to nothing. One
// role's content is good until its next request; nothing here outlives a call or crosses an await.
// Requests above a 2048 x 2048 slice get memory of their own, which the collector may take back.
const KEPT = 1 << 22;

export type Role = 'gt' | 'pred' | 'ignore' | 'gt-kept' | 'pred-kept' | 'missed' | 'spilled';

const kept = new Map<Role, Uint8Array>();
let floats = new Float32Array(0);
let wide = new Float64Array(0);
let more = new Float64Array(0);

/** `n` bytes of unknown content for one role. */
export function bytes(role: Role, n: number): Uint8Array {
  const have = kept.get(role);
  if (have !== undefined && have.length >= n) return have.subarray(0, n);
  const made = new Uint8Array(n);
  if (n <= KEPT) kept.set(role, made);
  return made;
}

/** `n` single-precision numbers of unknown content: a field. */
export function singles(n: number): Float32Array {
  if (n <= floats.length) return floats.subarray(0, n);
  const made = new Float32Array(n);
  if (n <= KEPT) floats = made;
  return made;
}

/** `n` double-precision numbers of unknown content: a field. */
export function doubles(n: number): Float64Array {
  if (n <= wide.length) return wide.subarray(0, n);
  const made = new Float64Array(n);
  if (n <= KEPT) wide = made;
  return made;
}

/** `n` double-precision numbers of unknown content: weights. */
export function weightMemory(n: number): Float64Array {
  if (n <= more.length) return more.subarray(0, n);
  const made = new Float64Array(n);
  if (n <= KEPT) more = made;
  return made;
}

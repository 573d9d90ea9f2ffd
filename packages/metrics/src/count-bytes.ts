/** How many bytes are non-zero in either list and in both. */
export interface ByteCounts {
  inA: number;
  inB: number;
  inBoth: number;
}

/** Counts the non-zero bytes of two lists of one length. */
export function countBytes(a: Uint8Array, b: Uint8Array): ByteCounts {
  let inA = 0;
  let inB = 0;
  let inBoth = 0;
  for (let i = 0; i < a.length; i++) {
    const p = a[i] !== 0 ? 1 : 0;
    const q = b[i] !== 0 ? 1 : 0;
    inA += p;
    inB += q;
    inBoth += p & q;
  }
  return { inA, inB, inBoth };
}

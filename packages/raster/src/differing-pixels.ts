import { ClicksegError } from './errors.ts';
import { arrayKind, describe } from './raster.ts';
import { kernels } from './wasm.ts';

// A slice of 512 x 512 at once; a volume in pieces, which bounds the memory that lives on.
const PIECE = 1 << 18;
const LEAST = 1 << 12;
const KEPT = 1 << 22;

let list = new Int32Array(0);

/**
 * Where two masks differ, in one pass over both: in raster order, the position `i` of each pixel that only
 * `a` has inside, and `~i` (which is -1 - i) of each that only `b` has.
 *
 * The list is a view of memory that the next call overwrites: use it at once, or copy it.
 *
 * @param a - mask as dense bytes, non-zero = inside
 * @param b - another of the same length
 * @throws ClicksegError `invalid-array` for anything but Uint8Array, `shape-mismatch` for unequal lengths
 */
export function differingPixels(a: Uint8Array, b: Uint8Array): Int32Array {
  for (const mask of [a, b]) {
    if (arrayKind(mask) !== 'Uint8Array') {
      throw new ClicksegError('invalid-array', `differingPixels: ${describe(mask)} is not Uint8Array`);
    }
  }
  if (a.length !== b.length) {
    throw new ClicksegError('shape-mismatch', `differingPixels: lengths ${a.length} and ${b.length} differ`);
  }
  if (list.length > KEPT) list = new Int32Array(0);
  let count = 0;
  for (let from = 0; from < a.length; from += PIECE) {
    const to = Math.min(from + PIECE, a.length);
    count = bySimd(a, b, from, to, count) ?? byWords(a, b, from, to, count);
  }
  return list.subarray(0, count);
}

/** Appends what differs in `[from, to)`; the new length of the list, or `undefined` without WebAssembly. */
function bySimd(a: Uint8Array, b: Uint8Array, from: number, to: number, count: number): number | undefined {
  const n = to - from;
  const padded = (n + 63) & ~63;
  const wasm = kernels(6 * padded);
  if (wasm === undefined) return undefined;
  const { bytes, ints } = wasm;
  const whole = n === a.length;
  bytes.set(whole ? a : a.subarray(from, to));
  bytes.fill(0, n, padded);
  bytes.set(whole ? b : b.subarray(from, to), padded);
  bytes.fill(0, padded + n, 2 * padded);
  const start = padded >> 1;
  const end = wasm.differ(0, padded, n, from, 2 * padded) >>> 2;
  const sum = count + end - start;
  reserve(sum, count);
  list.set(ints.subarray(start, end), count);
  return sum;
}

/** The same in script; four equal bytes agree. */
function byWords(a: Uint8Array, b: Uint8Array, from: number, to: number, count: number): number {
  const skewed = ((a.byteOffset | b.byteOffset) & 3) !== 0;
  const words = skewed ? 0 : to >> 2;
  const x = new Int32Array(a.buffer, skewed ? 0 : a.byteOffset, words);
  const y = new Int32Array(b.buffer, skewed ? 0 : b.byteOffset, words);
  for (let i = from; i < to; ) {
    let w = i >> 2;
    while (w < words && x[w] === y[w]) w++;
    i = Math.max(i, w << 2);
    for (const stop = Math.min(i + 4, to); i < stop; i++) {
      if ((a[i] !== 0) === (b[i] !== 0)) continue;
      reserve(count + 1, count);
      list[count++] = a[i] !== 0 ? i : ~i;
    }
  }
  return count;
}

function reserve(n: number, used: number): void {
  if (n <= list.length) return;
  const more = new Int32Array(Math.max(LEAST, 2 * n));
  more.set(list.subarray(0, used));
  list = more;
}

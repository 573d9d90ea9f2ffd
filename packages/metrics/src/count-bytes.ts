import { COUNT_WASM } from './count-wasm.ts';
import { onesOf } from './crop.ts';

/** How many bytes are non-zero in either list and in both. */
export interface ByteCounts {
  inA: number;
  inB: number;
  inBoth: number;
}

/**
 * Counts the non-zero bytes of two lists of one length: by WebAssembly's 16-byte instructions where
 * they are to be had, by words of 4 where a policy (CSP without `wasm-unsafe-eval`) or age forbids.
 */
export function countBytes(a: Uint8Array, b: Uint8Array): ByteCounts {
  // Below this the call costs more than it saves.
  const kernel = a.length >= 1024 ? simdKernel() : undefined;
  return kernel ? countSimd(a, b, kernel) : countWords(a, b);
}

interface Kernel {
  readonly memory: Uint8Array;
  readonly lanes: Uint32Array;
  readonly count: (bytes: number) => void;
}

const CHUNK = 65_536;
let cached: Kernel | null | undefined;

function simdKernel(): Kernel | null {
  if (cached !== undefined) return cached;
  try {
    const bytes = Uint8Array.from(atob(COUNT_WASM), (c) => c.charCodeAt(0));
    const { memory, count } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
    const { buffer } = memory as WebAssembly.Memory;
    cached = {
      memory: new Uint8Array(buffer, 0, 2 * CHUNK),
      lanes: new Uint32Array(buffer, 2 * CHUNK, 12),
      count: count as Kernel['count'],
    };
  } catch {
    cached = null;
  }
  return cached;
}

// Chunks that fit a core's cache: the copy into the module's memory then costs less than the reading.
function countSimd(a: Uint8Array, b: Uint8Array, { memory, lanes, count }: Kernel): ByteCounts {
  const whole = a.length - (a.length % 16);
  const sums = countWords(a.subarray(whole), b.subarray(whole));
  for (let i = 0; i < whole; i += CHUNK) {
    const end = Math.min(whole, i + CHUNK);
    memory.set(a.subarray(i, end), 0);
    memory.set(b.subarray(i, end), CHUNK);
    count(end - i);
    sums.inA += lanes[0] + lanes[1] + lanes[2] + lanes[3];
    sums.inB += lanes[4] + lanes[5] + lanes[6] + lanes[7];
    sums.inBoth += lanes[8] + lanes[9] + lanes[10] + lanes[11];
  }
  return sums;
}

/** As {@link countBytes}, in plain JavaScript. */
export function countWords(a: Uint8Array, b: Uint8Array): ByteCounts {
  const aligned = ((a.byteOffset | b.byteOffset) & 3) === 0;
  const count = aligned ? a.length >> 2 : 0;
  const wa = new Uint32Array(a.buffer, aligned ? a.byteOffset : 0, count);
  const wb = new Uint32Array(b.buffer, aligned ? b.byteOffset : 0, count);
  const sums = { inA: 0, inB: 0, inBoth: 0 };
  for (let from = 0; from < count; from += 255) {
    const end = Math.min(count, from + 255);
    // Four counters a word; none passes 255 within these words.
    let p = 0;
    let q = 0;
    let both = 0;
    for (let i = from; i < end; i++) {
      const x = onesOf(wa[i]);
      const y = onesOf(wb[i]);
      p += x;
      q += y;
      both += x & y;
    }
    sums.inA += laneSum(p);
    sums.inB += laneSum(q);
    sums.inBoth += laneSum(both);
  }
  for (let i = 4 * count; i < a.length; i++) {
    const p = a[i] !== 0 ? 1 : 0;
    const q = b[i] !== 0 ? 1 : 0;
    sums.inA += p;
    sums.inB += q;
    sums.inBoth += p & q;
  }
  return sums;
}

const laneSum = (w: number) => (w & 255) + ((w >>> 8) & 255) + ((w >>> 16) & 255) + (w >>> 24);

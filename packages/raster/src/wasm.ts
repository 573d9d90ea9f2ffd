import type { Region } from './region.ts';
import { WASM_KERNELS } from './wasm-kernels.ts';

/** The exports of wasm/kernels.ts, with views of their memory that are renewed when it grows. */
export interface Kernels {
  readonly memory: WebAssembly.Memory;
  readonly chamfer: (...args: number[]) => void;
  readonly count: (...args: number[]) => void;
  readonly envelope: (...args: number[]) => void;
  readonly differ: (...args: number[]) => number;
  bytes: Uint8Array;
  ints: Int32Array;
  singles: Float32Array;
  doubles: Float64Array;
}

// WebAssembly memory never shrinks: what needs more than this gets an instance that can be collected.
const KEPT = 1 << 25;
const PAGE = 1 << 16;

let module: WebAssembly.Module | null | undefined;
let kept: Kernels | undefined;

/**
 * The WebAssembly kernels with at least `size` bytes of memory, or `undefined` where they cannot be had: no
 * WebAssembly or SIMD, a Content-Security-Policy without 'wasm-unsafe-eval', or too little memory. The
 * JavaScript kernels then give the same results.
 */
export function kernels(size: number): Kernels | undefined {
  try {
    if (module === undefined) module = compile();
    if (module === null) return undefined;
    const made = size <= KEPT ? (kept ??= instantiate(module)) : instantiate(module);
    const lack = size - made.memory.buffer.byteLength;
    if (lack > 0) made.memory.grow(Math.ceil(lack / PAGE));
    if (made.bytes.buffer !== made.memory.buffer) view(made);
    return made;
  } catch {
    // Refused to compile or to grow.
    module ??= null;
    return undefined;
  }
}

function compile(): WebAssembly.Module {
  return new WebAssembly.Module(Uint8Array.from(atob(WASM_KERNELS), (c) => c.charCodeAt(0)));
}

function instantiate(code: WebAssembly.Module): Kernels {
  const { exports } = new WebAssembly.Instance(code);
  return view({ ...exports } as unknown as Kernels);
}

function view(of: Kernels): Kernels {
  of.bytes = new Uint8Array(of.memory.buffer);
  of.ints = new Int32Array(of.memory.buffer);
  of.singles = new Float32Array(of.memory.buffer);
  of.doubles = new Float64Array(of.memory.buffer);
  return of;
}

/** Copies the region's mask to the start of `bytes`, rows `pitch` apart. */
export function copyIn(region: Region, bytes: Uint8Array, pitch: number): void {
  const { data, at, stride, shape } = region;
  const [depth, height, width] = shape;
  const step = stride[2];
  for (let z = 0, to = 0; z < depth; z++) {
    const plane = at + z * stride[0];
    if (step === 1 && width === pitch && stride[1] === width) {
      bytes.set(data.subarray(plane, plane + height * width), to);
      to += height * width;
      continue;
    }
    for (let y = 0; y < height; y++, to += pitch) {
      let from = plane + y * stride[1];
      for (let i = to, end = to + width; i < end; i++, from += step) bytes[i] = data[from];
    }
  }
}

/** Copies rows `pitch` apart, from element `from` on, into the region's place in the field. */
export function copyOut<T extends Float32Array | Float64Array>(
  region: Region,
  results: T,
  from: number,
  pitch: number,
  field: Float32Array | Float64Array,
): void {
  const { shape, to, toStride } = region;
  const [depth, height, width] = shape;
  for (let z = 0, at = from; z < depth; z++) {
    const plane = to + z * toStride[0];
    if (width === pitch && toStride[1] === width) {
      field.set(results.subarray(at, at + height * width), plane);
      at += height * width;
      continue;
    }
    for (let y = 0; y < height; y++, at += pitch) {
      const row = plane + y * toStride[1];
      for (let x = 0; x < width; x++) field[row + x] = results[at + x];
    }
  }
}

/** Rounded up to a multiple of 16, for aligned vectors. */
export const aligned = (n: number): number => Math.ceil(n / 16) * 16;

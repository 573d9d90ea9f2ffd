import { type ByteMask, volumeShape } from './mask.ts';

/** A box of pixels, both ends included; `undefined` stands for an empty mask. */
export interface Box {
  z0: number;
  z1: number;
  y0: number;
  y1: number;
  x0: number;
  x1: number;
}

/** The smallest box around the non-zero pixels, or `undefined` where there is none. */
export function maskBox(mask: ByteMask): Box | undefined {
  const [, height, width] = volumeShape(mask.shape);
  const scan = scanner(mask.bytes);
  const first = scan.first(0, mask.bytes.length);
  if (first < 0) return undefined;
  const last = scan.last(0, mask.bytes.length);
  const plane = height * width;
  const z0 = Math.floor(first / plane);
  const z1 = Math.floor(last / plane);
  const box = { z0, z1, y0: height, y1: -1, x0: width, x1: -1 };
  for (let z = z0; z <= z1; z++) {
    const from = z0 === z1 ? first : z * plane;
    const to = z0 === z1 ? last + 1 : from + plane;
    growInPlane(scan, z * plane, from, to, width, box);
  }
  return box;
}

/** The smallest box around both. */
export function joinBoxes(a: Box | undefined, b: Box | undefined): Box | undefined {
  if (!a || !b) return a ?? b;
  return {
    z0: Math.min(a.z0, b.z0),
    z1: Math.max(a.z1, b.z1),
    y0: Math.min(a.y0, b.y0),
    y1: Math.max(a.y1, b.y1),
    x0: Math.min(a.x0, b.x0),
    x1: Math.max(a.x1, b.x1),
  };
}

// Only pixels that could still widen the box are read, so most of an organ's slice is skipped.
function growInPlane(scan: Scanner, plane: number, from: number, to: number, width: number, box: Box): void {
  const first = scan.first(from, to);
  if (first < 0) return;
  const y0 = Math.floor((first - plane) / width);
  const y1 = Math.floor((scan.last(from, to) - plane) / width);
  if (y0 < box.y0) box.y0 = y0;
  if (y1 > box.y1) box.y1 = y1;
  for (let y = y0; y <= y1; y++) {
    const row = plane + y * width;
    const left = scan.first(row, row + box.x0);
    if (left >= 0) box.x0 = left - row;
    const right = scan.last(row + box.x1 + 1, row + width);
    if (right >= 0) box.x1 = right - row;
  }
}

interface Scanner {
  /** Index of the first non-zero byte in `[from, to)`, or -1. */
  first(from: number, to: number): number;
  /** Index of the last non-zero byte in `[from, to)`, or -1. */
  last(from: number, to: number): number;
}

/** Reads bytes four at a time where their memory is aligned, as it is unless someone cut it oddly. */
function scanner(bytes: Uint8Array): Scanner {
  const shift = (4 - (bytes.byteOffset & 3)) & 3;
  const count = Math.max(0, bytes.length - shift) >> 2;
  const words = new Uint32Array(bytes.buffer, count ? bytes.byteOffset + shift : 0, count);
  return {
    first(from, to) {
      let i = from;
      while (i < to && (i - shift) & 3) if (bytes[i++] !== 0) return i - 1;
      const end = Math.min(count, (to - shift) >> 2);
      let w = (i - shift) >> 2;
      while (w >= 0 && w < end && words[w] === 0) w++;
      if (w > (i - shift) >> 2) i = 4 * w + shift;
      for (; i < to; i++) if (bytes[i] !== 0) return i;
      return -1;
    },
    last(from, to) {
      let i = to;
      while (i > from && (i - shift) & 3) if (bytes[--i] !== 0) return i;
      const end = Math.max(0, (from - shift + 3) >> 2);
      let w = (i - shift) >> 2;
      while (w > end && words[w - 1] === 0) w--;
      if (w < (i - shift) >> 2) i = 4 * w + shift;
      while (i > from) if (bytes[--i] !== 0) return i;
      return -1;
    },
  };
}

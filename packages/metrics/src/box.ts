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
  const { bytes, shape } = mask;
  const [, height, width] = volumeShape(shape);
  const first = firstNonZero(bytes, 0, bytes.length);
  if (first < 0) return undefined;
  const last = lastNonZero(bytes, 0, bytes.length);
  const plane = height * width;
  const z0 = Math.floor(first / plane);
  const z1 = Math.floor(last / plane);
  const box = { z0, z1, y0: height, y1: -1, x0: width, x1: -1 };
  for (let z = z0; z <= z1; z++) growInPlane(bytes, z * plane, height, width, box);
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
function growInPlane(bytes: Uint8Array, from: number, height: number, width: number, box: Box): void {
  const end = from + height * width;
  const first = firstNonZero(bytes, from, end);
  if (first < 0) return;
  const y0 = Math.floor((first - from) / width);
  const y1 = Math.floor((lastNonZero(bytes, from, end) - from) / width);
  if (y0 < box.y0) box.y0 = y0;
  if (y1 > box.y1) box.y1 = y1;
  for (let y = y0; y <= y1; y++) {
    const row = from + y * width;
    const left = firstNonZero(bytes, row, row + box.x0);
    if (left >= 0) box.x0 = left - row;
    const right = lastNonZero(bytes, row + box.x1 + 1, row + width);
    if (right >= 0) box.x1 = right - row;
  }
}

/** Index of the first non-zero byte in `[from, to)`, or -1; reads four bytes at a time where it can. */
function firstNonZero(bytes: Uint8Array, from: number, to: number): number {
  let i = from;
  if (to - from > 64) {
    while ((bytes.byteOffset + i) & 3) if (bytes[i++] !== 0) return i - 1;
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset + i, (to - i) >> 2);
    let w = 0;
    while (w < words.length && words[w] === 0) w++;
    i += 4 * w;
  }
  for (; i < to; i++) if (bytes[i] !== 0) return i;
  return -1;
}

function lastNonZero(bytes: Uint8Array, from: number, to: number): number {
  let i = to;
  if (to - from > 64) {
    while ((bytes.byteOffset + i) & 3) if (bytes[--i] !== 0) return i;
    const count = (i - from) >> 2;
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset + i - 4 * count, count);
    let w = count;
    while (w > 0 && words[w - 1] === 0) w--;
    i -= 4 * (count - w);
  }
  while (i > from) if (bytes[--i] !== 0) return i;
  return -1;
}

/**
 * First index in `[from, to)` of a non-zero byte, or `to`. Four bytes at a time where they are aligned: a box is
 * searched on every call, and bytes alone would cost more than the distance field of a small organ.
 */
export function firstByte(
  data: Uint8Array,
  words: Int32Array,
  shift: number,
  from: number,
  to: number,
): number {
  let i = from;
  for (; i < to && ((i + shift) & 3) !== 0; i++) if (data[i] !== 0) return i;
  let w = (i + shift) >> 2;
  const end = (to + shift) >> 2;
  while (w < end && words[w] === 0) w++;
  for (i = Math.max(i, (w << 2) - shift); i < to; i++) if (data[i] !== 0) return i;
  return to;
}

/** Last index in `[from, to)` of a non-zero byte, or `from - 1`. */
export function lastByte(
  data: Uint8Array,
  words: Int32Array,
  shift: number,
  from: number,
  to: number,
): number {
  let i = to - 1;
  for (; i >= from && ((i + 1 + shift) & 3) !== 0; i--) if (data[i] !== 0) return i;
  let w = (i + 1 + shift) >> 2;
  const end = (from + shift + 3) >> 2;
  while (w > end && words[w - 1] === 0) w--;
  for (i = Math.min(i, (w << 2) - shift - 1); i >= from; i--) if (data[i] !== 0) return i;
  return from - 1;
}

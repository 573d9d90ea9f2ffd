// AssemblyScript, compiled by build.mjs into src/wasm-kernels.ts. Two-dimensional chamfer fields and the
// Euclidean field in two and three dimensions, four pixels at a time. Layouts are set by src/wasm.ts. Rows
// of working memory have a pitch of `width` rounded up to 4; so have, except in `chamfer`, masks and results.

const FAR: i32 = 1 << 30;

function bytesToLanes(word: u32): v128 {
  const wide = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(i32x4.splat(word)));
  return i32x4.ne(wide, i32x4.splat(0));
}

/**
 * Two-pass chamfer transform. A row takes the cheapest way from the rows above (below), all lanes at once;
 * then the way along the row is a running minimum, by two shifts inside a vector and a carry between vectors.
 *
 * Ring: two rows above and below, four cells left and right. `sides`: bit 0 top, 1 bottom, 2 left, 3 right is
 * background. Lanes past the width are background where the right side is, and inside where nothing is known
 * of it: their values are then costs of real ways round, which are never cheaper than straight ones.
 *
 * Mask and result keep the pitch that they have in the image, so that each is copied as one block. What lies
 * between two rows of the result is set to 0.
 */
export function chamfer(
  mask: usize,
  maskPitch: i32,
  work: usize,
  out: usize,
  outPitch: i32,
  height: i32,
  width: i32,
  sides: i32,
  a: i32,
  b: i32,
  c: i32,
  unit: f32,
): void {
  const pitch: i32 = (width + 3) & ~3;
  const stride: usize = (<usize>(pitch + 8)) << 2;
  const first: usize = work + 2 * stride + 16;
  const left: i32 = sides & 4 ? 0 : FAR;
  const right: i32 = sides & 8 ? 0 : FAR;
  fillInts(work, <i32>(stride >> 1), sides & 1 ? 0 : FAR);
  fillInts(work + (height + 2) * stride, <i32>(stride >> 1), sides & 2 ? 0 : FAR);
  const A = i32x4.splat(a);
  const AA = i32x4.splat(2 * a);
  const B = i32x4.splat(b);
  const C = i32x4.splat(c);
  const far = i32x4.splat(FAR);
  const forth = i32x4.mul(A, i32x4(1, 2, 3, 4));
  const back = i32x4.mul(A, i32x4(4, 3, 2, 1));
  const zero = i32x4.splat(0);
  const spare = (width & 3) * 8;
  const keep: u32 = (1 << spare) - 1;
  const added: u32 = right ? ~keep : 0;
  for (let y = 0; y < height; y++) {
    let row = first + y * stride;
    v128.store(row - 16, i32x4.splat(left));
    v128.store(row + (pitch << 2), i32x4.splat(right));
    let carry = i32x4.splat(left);
    let from = mask + y * maskPitch;
    const end = from + pitch;
    for (; from < end; from += 4, row += 16) {
      let word = load<u32>(from);
      if (from + 4 === end && spare) word = (word & keep) | added;
      if (word === 0) {
        v128.store(row, zero);
        carry = zero;
        continue;
      }
      const up = row - stride;
      let t = i32x4.add(i32x4.min_s(v128.load(up - 4), v128.load(up + 4)), B);
      t = i32x4.min_s(t, i32x4.add(v128.load(up), A));
      if (c) {
        const top = up - stride;
        const near = i32x4.min_s(v128.load(up - 8), v128.load(up + 8));
        const high = i32x4.min_s(v128.load(top - 4), v128.load(top + 4));
        t = i32x4.min_s(t, i32x4.add(i32x4.min_s(near, high), C));
      }
      t = v128.and(t, bytesToLanes(word));
      t = i32x4.min_s(t, i32x4.add(v128.shuffle<i32>(far, t, 3, 4, 5, 6), A));
      t = i32x4.min_s(t, i32x4.add(v128.shuffle<i32>(far, t, 2, 3, 4, 5), AA));
      t = i32x4.min_s(t, i32x4.add(carry, forth));
      v128.store(row, t);
      carry = v128.shuffle<i32>(t, t, 3, 3, 3, 3);
    }
  }
  const U = f32x4.splat(unit);
  for (let y = height - 1; y >= 0; y--) {
    const start = first + y * stride;
    const last = out + <usize>(y * outPitch + width) * 4;
    memory.fill(last, 0, <usize>(outPitch - width) << 2);
    let to = out + <usize>(y * outPitch + pitch) * 4;
    let carry = i32x4.splat(right);
    for (let row = start + (pitch << 2) - 16; row >= start; row -= 16) {
      to -= 16;
      let t = v128.load(row);
      const cut = to + 16 > last;
      if (!v128.any_true(t)) {
        if (cut) memory.fill(to, 0, last - to);
        else v128.store(to, zero);
        carry = zero;
        continue;
      }
      const down = row + stride;
      t = i32x4.min_s(t, i32x4.add(i32x4.min_s(v128.load(down - 4), v128.load(down + 4)), B));
      t = i32x4.min_s(t, i32x4.add(v128.load(down), A));
      if (c) {
        const low = down + stride;
        const near = i32x4.min_s(v128.load(down - 8), v128.load(down + 8));
        const deep = i32x4.min_s(v128.load(low - 4), v128.load(low + 4));
        t = i32x4.min_s(t, i32x4.add(i32x4.min_s(near, deep), C));
      }
      t = i32x4.min_s(t, i32x4.add(v128.shuffle<i32>(t, far, 1, 2, 3, 4), A));
      t = i32x4.min_s(t, i32x4.add(v128.shuffle<i32>(t, far, 2, 3, 4, 5), AA));
      t = i32x4.min_s(t, i32x4.add(carry, back));
      v128.store(row, t);
      carry = v128.shuffle<i32>(t, t, 0, 0, 0, 0);
      const d = f32x4.div(f32x4.convert_i32x4_s(t), U);
      if (!cut) {
        v128.store(to, d);
        continue;
      }
      // The lanes past the width would fall on the row below, which is finished.
      store<f32>(to, f32x4.extract_lane(d, 0));
      if (to + 4 < last) store<f32>(to, f32x4.extract_lane(d, 1), 4);
      if (to + 8 < last) store<f32>(to, f32x4.extract_lane(d, 2), 8);
    }
  }
}

function fillInts(at: usize, n: i32, value: i32): void {
  const v = i32x4.splat(value);
  for (let i = 0; i < n; i += 4) v128.store(at + (i << 2), v);
}

/** Steps to the nearest background from line to line, `cells` (a multiple of 4) side by side; FAR or more for none. */
export function count(mask: usize, work: usize, lines: i32, cells: i32, before: i32, after: i32): void {
  const one = i32x4.splat(1);
  const size: usize = (<usize>cells) << 2;
  for (let k = 0; k < lines; k++) {
    let from = mask + k * cells;
    let to = work + k * size;
    for (const end = to + size; to < end; to += 16, from += 4) {
      const last = k === 0 ? i32x4.splat(before ? 0 : FAR) : v128.load(to - size);
      v128.store(to, v128.and(i32x4.add(last, one), bytesToLanes(load<u32>(from))));
    }
  }
  for (let k = lines - 1; k >= 0; k--) {
    let to = work + k * size;
    for (const end = to + size; to < end; to += 16) {
      const next = k === lines - 1 ? i32x4.splat(after ? 0 : FAR) : v128.load(to + size);
      v128.store(to, i32x4.min_s(v128.load(to), i32x4.add(next, one)));
    }
  }
}

/**
 * The lower envelope along one line, as in src/lower-envelope.ts: `lift` above 0 reads counts (i32), else
 * squared distances (f64, in place). Sites take 24 bytes each in `stack`: position, value, begin.
 */
export function envelope(
  counts: usize,
  out: usize,
  step: usize,
  length: i32,
  stack: usize,
  sides: i32,
  weight: f64,
  lift: f64,
  scale: f64,
  squared: i32,
): void {
  for (let a = 0; a < length; a++) {
    if (read(counts, out, a * step, lift) === 0) {
      store<f64>(out + a * step * 8, 0);
      continue;
    }
    let top = stack - 24;
    if (a > 0 || sides & 1) {
      top = stack;
      push(top, a - 1, 0, -Infinity);
    }
    let b = a;
    for (; b <= length; b++) {
      let value: f64 = 0;
      if (b < length) {
        value = read(counts, out, b * step, lift);
        if (value === Infinity) continue;
      } else if (!(sides & 2)) break;
      let begin = -Infinity;
      while (top >= stack) {
        const site = load<f64>(top);
        begin = (value - load<f64>(top, 8)) / (2 * weight * (<f64>b - site)) + 0.5 * (<f64>b + site);
        if (begin > load<f64>(top, 16)) break;
        top -= 24;
      }
      if (top < stack) begin = -Infinity;
      top += 24;
      push(top, b, value, begin);
      if (value === 0) break;
    }
    const end = b < length ? b : length;
    let x = end - 1;
    if (top < stack) {
      for (; x >= a; x--) store<f64>(out + x * step * 8, Infinity);
    }
    while (x >= a) {
      const site = load<f64>(top);
      const value = load<f64>(top, 8);
      const begin = load<f64>(top, 16);
      for (; x >= a && (<f64>x >= begin || top === stack); x--) {
        const d = <f64>x - site;
        const v = value + weight * d * d;
        store<f64>(out + x * step * 8, (squared ? v : sqrt(v)) * scale);
      }
      top -= 24;
    }
    if (b < length) store<f64>(out + b * step * 8, 0);
    a = end;
  }
}

function read(counts: usize, out: usize, i: usize, lift: f64): f64 {
  if (lift > 0) {
    const n = load<i32>(counts + i * 4);
    return n >= FAR ? Infinity : lift * <f64>n * <f64>n;
  }
  return load<f64>(out + i * 8);
}

function push(at: usize, site: i32, value: f64, begin: f64): void {
  store<f64>(at, <f64>site);
  store<f64>(at, value, 8);
  store<f64>(at, begin, 16);
}

/**
 * Where two masks of `n` bytes, both padded with zeros to a multiple of 64, differ: `base + i` for a byte that
 * is non-zero in `a` only, the complement of that in `b` only. Returns the end of what was written at `to`.
 */
export function differ(a: usize, b: usize, n: i32, base: i32, to: usize): usize {
  for (let i = 0; i < n; i += 64) {
    const x = v128.or(unlike(a, b, i), unlike(a, b, i + 16));
    if (!v128.any_true(v128.or(x, v128.or(unlike(a, b, i + 32), unlike(a, b, i + 48))))) continue;
    for (let k = i; k < i + 64; k += 16) {
      const none = i8x16.eq(v128.load(a + k), i8x16.splat(0));
      const onlyB = i8x16.bitmask(none);
      let bits = onlyB ^ i8x16.bitmask(i8x16.eq(v128.load(b + k), i8x16.splat(0)));
      for (; bits; bits &= bits - 1, to += 4) {
        const lane = ctz(bits);
        store<i32>(to, (base + k + lane) ^ -((onlyB >> lane) & 1));
      }
    }
  }
  return to;
}

function unlike(a: usize, b: usize, i: i32): v128 {
  return v128.xor(v128.load(a + i), v128.load(b + i));
}

/**
 * Pieces of lines, each with its values, that are summed into a line across them: the one-dimensional
 * step that a separable filter takes along y, and in volumes along z again.
 *
 * Lines without a click are not stored, so that few clicks cost what stamping them would, and clicks in
 * plenty cost no more than a separable filter.
 */
export class Sources {
  count = 0;
  /** Line (y, or z) of each source, in ascending order among those that one `begin` looks at. */
  line = new Int32Array(64);
  /** First x of each source, and one past its last. */
  lo = new Int32Array(64);
  hi = new Int32Array(64);
  /** Where in `values` x = 0 of each source would lie. */
  base = new Int32Array(64);
  values = new Float64Array(2048);
  /** The stretch that `next` found. */
  left = 0;
  right = 0;
  private first = 0;
  private last = 0;

  /** Makes room for one more source of up to `width` values from `used` on. */
  reserve(used: number, width: number): void {
    if (this.count === this.line.length) {
      this.line = doubled(this.line);
      this.lo = doubled(this.lo);
      this.hi = doubled(this.hi);
      this.base = doubled(this.base);
    }
    this.values = grown(this.values, used + width);
  }

  /** First source from `at` on whose line is at least `line`. */
  skip(at: number, end: number, line: number): number {
    while (at < end && this.line[at] < line) at++;
    return at;
  }

  /** Begins on the sources from `first` on whose line is at most `line`: `next` finds their stretches. */
  begin(first: number, end: number, line: number): void {
    let last = first;
    while (last < end && this.line[last] <= line) last++;
    this.first = first;
    this.last = last;
    this.right = -1;
  }

  /** Finds the next stretch (`left`, `right`) that sources reach without a gap; false after the last. */
  next(): boolean {
    const { lo, hi, first, last } = this;
    let left = 0x7fffffff;
    for (let i = first; i < last; i++) if (lo[i] > this.right && lo[i] < left) left = lo[i];
    let right = left;
    let before: number;
    do {
      before = right;
      for (let i = first; i < last; i++) if (lo[i] <= right && hi[i] > right) right = hi[i];
    } while (right > before);
    this.left = left;
    this.right = right;
    return right > left;
  }

  /**
   * Writes the weighted sum of the sources that reach x from `left` to `right` to `out[to + x]`. Always
   * summed in the order of the sources: that, and nothing about how the maps came about, decides the
   * last bit.
   * @param centre - index of the weight for a source on `line` 0: `line + radius`
   */
  sum(
    left: number,
    right: number,
    weights: Float64Array,
    centre: number,
    out: Float64Array,
    to: number,
  ): void {
    const { line, lo, hi, base, values, first, last } = this;
    for (let x = to + left; x < to + right; x++) out[x] = 0;
    for (let i = first; i < last; i++) {
      // A stretch holds all of a source or nothing of it.
      if (lo[i] < left || lo[i] >= right) continue;
      const weight = weights[centre - line[i]];
      const shift = base[i] - to;
      const stop = to + hi[i];
      for (let x = to + lo[i]; x < stop; x++) out[x] += weight * values[shift + x];
    }
  }
}

/** The same list with twice the room. */
export function doubled(list: Int32Array): Int32Array<ArrayBuffer> {
  const more = new Int32Array(2 * list.length);
  more.set(list);
  return more;
}

/** The same values, with room for at least `length`. */
export function grown(values: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  if (length <= values.length) return values;
  const more = new Float64Array(Math.max(2 * values.length, length));
  more.set(values);
  return more;
}

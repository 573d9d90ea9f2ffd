/**
 * Pieces of lines, each with its values, that are summed into a line across them: the one-dimensional
 * step that a separable filter takes along y, and in volumes along z again.
 *
 * Lines without a click are not stored, so that few clicks cost what stamping them would, and clicks in
 * plenty cost no more than a separable filter.
 */
export class Sources {
  count = 0;
  /** Line (y, or z) of each source, in ascending order within what one call of `gather` is given. */
  line = new Int32Array(64);
  /** First x of each source, and one past its last. */
  lo = new Int32Array(64);
  hi = new Int32Array(64);
  /** Where in `values` x = 0 of each source would lie. */
  base = new Int32Array(64);
  values = new Float64Array(2048);
  /** Left and right end of what the last `gather` wrote. */
  left = 0;
  right = 0;

  /** Makes room for one more source of up to `width` values from `used` on. */
  reserve(used: number, width: number): void {
    if (this.count === this.line.length) {
      this.line = doubled(this.line);
      this.lo = doubled(this.lo);
      this.hi = doubled(this.hi);
      this.base = doubled(this.base);
    }
    if (used + width > this.values.length) {
      const values = new Float64Array(Math.max(2 * this.values.length, used + width));
      values.set(this.values);
      this.values = values;
    }
  }

  /** First source from `at` on whose line is at least `line`. */
  skip(at: number, end: number, line: number): number {
    while (at < end && this.line[at] < line) at++;
    return at;
  }

  /**
   * Writes the weighted sum of the sources from `first` on that reach `line` to `out[to + x]`, for x from
   * `left` to `right`. Always summed in the order of the sources: that, and nothing about how the maps
   * came about, decides the last bit. False if none reaches.
   *
   * @param x0 - left end to write from, whatever the sources reach; `x1` below it leaves that to them
   */
  gather(
    first: number,
    end: number,
    line: number,
    weights: Float64Array,
    out: Float64Array,
    to: number,
    x0 = 0,
    x1 = -1,
  ): boolean {
    const { line: lines, lo, hi, base, values } = this;
    const radius = (weights.length - 1) / 2;
    let left = 0x7fffffff;
    let right = 0;
    let last = first;
    for (; last < end && lines[last] <= line + radius; last++) {
      if (lo[last] < left) left = lo[last];
      if (hi[last] > right) right = hi[last];
    }
    if (x1 >= x0) {
      left = x0;
      right = x1;
    } else if (last === first) {
      return false;
    }
    for (let x = to + left; x < to + right; x++) out[x] = 0;
    for (let i = first; i < last; i++) {
      const weight = weights[line - lines[i] + radius];
      const shift = base[i] - to;
      const stop = to + hi[i];
      for (let x = to + lo[i]; x < stop; x++) out[x] += weight * values[shift + x];
    }
    this.left = left;
    this.right = right;
    return true;
  }
}

function doubled(list: Int32Array): Int32Array<ArrayBuffer> {
  const more = new Int32Array(2 * list.length);
  more.set(list);
  return more;
}

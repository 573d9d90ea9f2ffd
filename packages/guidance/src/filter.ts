import type { Box } from './box.ts';
import { lowerBound } from './impulses.ts';
import type { Plan } from './options.ts';
import { doubled, grown, Sources } from './sources.ts';

/** What takes the rows of a filtered map, one stretch at a time: `values[base + x]`, x from `lo` up to `hi`. */
export interface RowSink {
  row(values: Float64Array, base: number, z: number, y: number, lo: number, hi: number): void;
}

// Filtered values that are kept for `again`, 8 MB of them; larger maps are summed anew, to the same bits.
const KEPT = 1 << 20;

/**
 * The Gaussian filter of unit impulses, within a box.
 *
 * One algorithm whatever the number of clicks, sigma or box: along x for the rows that have clicks, then
 * along y, then (volumes) along z, every sum in ascending order. A pixel's value therefore depends on the
 * set of clicked pixels only, to the last bit, and a patch of a map can be made anew on its own.
 *
 * The arrays grow to what the largest map needed and are used again.
 */
export class ImpulseFilter {
  private readonly runs = new Sources();
  private readonly planes = new Sources();
  // Slices that have clicks: their runs end at `ends`, and those still in reach of the row begin at `firsts`.
  private slices = new Int32Array(1);
  private ends = new Int32Array(1);
  private firsts = new Int32Array(1);
  private sliceCount = 0;
  // The rows of the last `each`, one after the other, and for each of them where it is: z, y, lo, hi.
  private kept = new Float64Array(1 << 14);
  private places = new Int32Array(1 << 10);
  private rows = 0;
  private used = 0;
  private plan!: Plan;
  private box!: Box;

  /** Filters along x the impulses that matter in `box`: `pixels` are C-order indices, ascending, no repeats. */
  load(plan: Plan, pixels: Int32Array, count: number, box: Box): void {
    const { height, width, depth, radius, weights, shape } = plan;
    const { runs } = this;
    this.plan = plan;
    this.box = box;
    if (this.slices.length < depth) {
      this.slices = new Int32Array(depth);
      this.ends = new Int32Array(depth);
      this.firsts = new Int32Array(depth);
    }
    this.sliceCount = 0;
    runs.count = 0;
    const flat = shape.length === 2;
    const from = flat ? (box.y0 - radius) * width : (box.z0 - radius) * height * width;
    const to = flat ? (box.y1 + radius) * width : (box.z1 + radius) * height * width;
    let row = -1;
    let used = 0;
    for (let i = lowerBound(pixels, count, from); i < count && pixels[i] < to; i++) {
      const line = (pixels[i] / width) | 0;
      const x = pixels[i] - line * width;
      const z = depth === 1 ? 0 : (line / height) | 0;
      const y = line - z * height;
      if (y < box.y0 - radius || y >= box.y1 + radius) continue;
      const lo = Math.max(x - radius, box.x0);
      const hi = Math.min(x + radius + 1, box.x1);
      if (lo >= hi) continue;
      const last = runs.count - 1;
      const joins = line === row && lo <= runs.hi[last];
      if (!joins) {
        runs.reserve(used, box.x1 - box.x0);
        this.slice(z, runs.count);
        runs.line[runs.count] = y;
        runs.lo[runs.count] = lo;
        runs.hi[runs.count] = lo;
        runs.base[runs.count] = used - lo;
        runs.count++;
        row = line;
      }
      const run = runs.count - 1;
      const { values } = runs;
      const base = runs.base[run];
      for (let at = runs.hi[run]; at < hi; at++) values[base + at] = 0;
      for (let at = lo; at < hi; at++) values[base + at] += weights[at - x + radius];
      // Clicks come in ascending order, so that the run's end never moves back.
      runs.hi[run] = hi;
      used = base + hi;
    }
    if (this.sliceCount > 0) this.ends[this.sliceCount - 1] = runs.count;
  }

  /**
   * Hands the filtered rows to `sink`.
   * @param whole - every row of the box, from end to end; otherwise only the stretches that a click reaches
   */
  each(sink: RowSink, whole: boolean): void {
    this.rows = this.used = 0;
    if (this.plan.shape.length === 2) this.eachOfSlice(sink, whole);
    else this.eachOfVolume(sink, whole);
  }

  /** Hands the rows of the last `each` out again. */
  again(sink: RowSink, whole: boolean): void {
    if (this.rows < 0) {
      this.each(sink, whole);
      return;
    }
    const { kept, places } = this;
    for (let at = 0, base = 0; at < 4 * this.rows; at += 4) {
      const lo = places[at + 2];
      const hi = places[at + 3];
      sink.row(kept, base - lo, places[at], places[at + 1], lo, hi);
      base += hi - lo;
    }
  }

  private eachOfSlice(sink: RowSink, whole: boolean): void {
    const { runs, box } = this;
    const { radius } = this.plan;
    for (let y = box.y0, first = 0; y < box.y1; y++) {
      first = runs.skip(first, runs.count, y - radius);
      if (!whole) {
        if (first === runs.count) return;
        y = Math.max(y, runs.line[first] - radius);
        if (y >= box.y1) return;
      }
      this.emit(runs, first, runs.count, y, 0, y, sink, whole);
    }
  }

  // Rows outermost: then only one row of each slice has to be kept between the steps along y and along z.
  private eachOfVolume(sink: RowSink, whole: boolean): void {
    const { runs, planes, box } = this;
    const { radius, weights } = this.plan;
    for (let s = 0; s < this.sliceCount; s++) this.firsts[s] = s === 0 ? 0 : this.ends[s - 1];
    for (let y = box.y0; y < box.y1; y++) {
      planes.count = 0;
      let used = 0;
      for (let s = 0; s < this.sliceCount; s++) {
        this.firsts[s] = runs.skip(this.firsts[s], this.ends[s], y - radius);
        runs.begin(this.firsts[s], this.ends[s], y + radius);
        while (runs.next()) {
          const { left, right } = runs;
          planes.reserve(used, right - left);
          const n = planes.count++;
          planes.line[n] = this.slices[s];
          planes.lo[n] = left;
          planes.hi[n] = right;
          planes.base[n] = used - left;
          runs.sum(left, right, weights, y + radius, planes.values, used - left);
          used += right - left;
        }
      }
      for (let z = box.z0, first = 0; z < box.z1; z++) {
        first = planes.skip(first, planes.count, z - radius);
        this.emit(planes, first, planes.count, z, z, y, sink, whole);
      }
    }
  }

  /** Sums one row and hands it out: from end to end, or the stretches that are reached. */
  private emit(
    from: Sources,
    first: number,
    end: number,
    line: number,
    z: number,
    y: number,
    sink: RowSink,
    whole: boolean,
  ): void {
    const { weights, radius } = this.plan;
    from.begin(first, end, line + radius);
    while (whole || from.next()) {
      const left = whole ? this.box.x0 : from.left;
      const right = whole ? this.box.x1 : from.right;
      const base = this.keep(z, y, left, right) - left;
      from.sum(left, right, weights, line + radius, this.kept, base);
      sink.row(this.kept, base, z, y, left, right);
      if (whole) return;
    }
  }

  /** Where the values of a stretch go: behind the others, or, once they are too many, over them. */
  private keep(z: number, y: number, left: number, right: number): number {
    const length = right - left;
    if (this.used + length > KEPT) this.rows = -1;
    if (this.rows < 0) this.used = 0;
    this.kept = grown(this.kept, this.used + length);
    if (this.rows < 0) return 0;
    const at = 4 * this.rows++;
    if (at + 4 > this.places.length) this.places = doubled(this.places);
    this.places[at] = z;
    this.places[at + 1] = y;
    this.places[at + 2] = left;
    this.places[at + 3] = right;
    this.used += length;
    return this.used - length;
  }

  private slice(z: number, run: number): void {
    const n = this.sliceCount;
    if (n > 0 && this.slices[n - 1] === z) return;
    if (n > 0) this.ends[n - 1] = run;
    this.slices[n] = z;
    this.sliceCount++;
  }
}

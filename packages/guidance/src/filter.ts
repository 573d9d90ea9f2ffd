import type { Box } from './box.ts';
import type { Plan } from './options.ts';
import { Sources } from './sources.ts';

/** What takes the rows of a filtered map, one at a time: `values[x]` for x from `lo` up to `hi`. */
export interface RowSink {
  row(values: Float64Array, z: number, y: number, lo: number, hi: number): void;
}

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
  private slices = new Int32Array(16);
  private ends = new Int32Array(16);
  private firsts = new Int32Array(16);
  private sliceCount = 0;
  private out = new Float64Array(0);
  private plan!: Plan;
  private box!: Box;

  /** Filters along x the impulses that matter in `box`: `pixels` are C-order indices, ascending, no repeats. */
  load(plan: Plan, pixels: Int32Array, count: number, box: Box): void {
    const { height, width, depth, radius, weights, shape } = plan;
    const { runs } = this;
    this.plan = plan;
    this.box = box;
    if (this.out.length < width) this.out = new Float64Array(width);
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
   * @param whole - every row of the box, from end to end; otherwise only the rows and the stretch of each
   *   that a click reaches
   */
  each(sink: RowSink, whole: boolean): void {
    if (this.plan.shape.length === 2) this.eachOfSlice(sink, whole);
    else this.eachOfVolume(sink, whole);
  }

  private eachOfSlice(sink: RowSink, whole: boolean): void {
    const { runs, out, box } = this;
    const { radius, weights } = this.plan;
    const x1 = whole ? box.x1 : -1;
    let first = 0;
    for (let y = box.y0; y < box.y1; y++) {
      first = runs.skip(first, runs.count, y - radius);
      if (runs.gather(first, runs.count, y, weights, out, 0, box.x0, x1)) {
        sink.row(out, 0, y, runs.left, runs.right);
      }
    }
  }

  // Rows outermost: then only one row of each slice has to be kept between the steps along y and along z.
  private eachOfVolume(sink: RowSink, whole: boolean): void {
    const { runs, planes, out, box } = this;
    const { radius, weights, width } = this.plan;
    const x1 = whole ? box.x1 : -1;
    for (let s = 0; s < this.sliceCount; s++) this.firsts[s] = s === 0 ? 0 : this.ends[s - 1];
    for (let y = box.y0; y < box.y1; y++) {
      planes.count = 0;
      for (let s = 0; s < this.sliceCount; s++) {
        const first = (this.firsts[s] = runs.skip(this.firsts[s], this.ends[s], y - radius));
        const n = planes.count;
        planes.reserve(n * width, width);
        if (!runs.gather(first, this.ends[s], y, weights, planes.values, n * width)) continue;
        planes.line[n] = this.slices[s];
        planes.lo[n] = runs.left;
        planes.hi[n] = runs.right;
        planes.base[n] = n * width;
        planes.count++;
      }
      for (let z = box.z0, first = 0; z < box.z1; z++) {
        first = planes.skip(first, planes.count, z - radius);
        if (planes.gather(first, planes.count, z, weights, out, 0, box.x0, x1)) {
          sink.row(out, z, y, planes.left, planes.right);
        }
      }
    }
  }

  private slice(z: number, run: number): void {
    const n = this.sliceCount;
    if (n > 0 && this.slices[n - 1] === z) return;
    if (n === this.slices.length) {
      for (const name of ['slices', 'ends', 'firsts'] as const) {
        const more = new Int32Array(2 * n);
        more.set(this[name]);
        this[name] = more;
      }
    }
    if (n > 0) this.ends[n - 1] = run;
    this.slices[n] = z;
    this.sliceCount++;
  }
}

function lowerBound(list: Int32Array, count: number, value: number): number {
  let lo = 0;
  let hi = count;
  while (lo < hi) {
    const mid = (lo + hi) >>> 1;
    if (list[mid] < value) lo = mid + 1;
    else hi = mid;
  }
  return lo;
}

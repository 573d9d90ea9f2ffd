import type { RowSink } from './filter.ts';
import type { Plan } from './options.ts';

/** Finds the smallest and largest value of a filtered map, from the stretches that clicks reach. */
export class Extremes implements RowSink {
  min = 0;
  max = 0;
  /** Pixels whose values are in these. */
  seen = 0;

  reset(): void {
    this.min = Infinity;
    this.max = this.seen = 0;
  }

  row(values: Float64Array, base: number, _z: number, _y: number, lo: number, hi: number): void {
    let { min, max } = this;
    for (let i = base + lo; i < base + hi; i++) {
      const value = values[i];
      if (value > max) max = value;
      if (value < min) min = value;
    }
    this.min = min;
    this.max = max;
    this.seen += hi - lo;
  }

  /** Pixels that no click reaches are zero, and count for the minimum too. */
  close(size: number): void {
    if (this.seen < size) this.min = 0;
  }
}

/** Writes rows scaled to [0, 1]. A map that is the same everywhere (1 x 1, say) becomes zeros. */
export class ScaledWriter implements RowSink {
  private data: Float32Array | Float64Array = new Float32Array(0);
  private height = 0;
  private width = 0;
  private min = 0;
  private range = 1;

  open(plan: Plan, data: Float32Array | Float64Array, min: number, max: number): void {
    this.data = data;
    this.height = plan.height;
    this.width = plan.width;
    this.min = min;
    // Flat maps become zeros by being divided by infinity.
    this.range = max > min ? max - min : Infinity;
  }

  /** Writes `weight` times the values. */
  row(values: Float64Array, base: number, z: number, y: number, lo: number, hi: number, weight = 1): void {
    const { data, min, range } = this;
    const to = (z * this.height + y) * this.width;
    const shift = base - to;
    // Divided, not multiplied by the inverse: so the peak is exactly 1.
    for (let i = to + lo; i < to + hi; i++) data[i] = (weight * values[shift + i] - min) / range;
  }
}

import type { MemoryBudget } from './memory.ts';

/**
 * Points of a lattice, sorted in raster order and indexed by row: the columns of row `z * height + y`
 * are `x[start[row]] ... x[start[row + 1] - 1]`, ascending.
 */
export interface PointSet {
  readonly depth: number;
  readonly height: number;
  readonly width: number;
  readonly start: Int32Array;
  readonly x: Int32Array;
  readonly count: number;
  /** What lies at each point, for surface elements: its neighbourhood code. */
  readonly code?: Uint8Array;
}

/** Collects points row after row, in raster order. */
export class PointCollector {
  private x = new Int32Array(1024);
  private code: Uint8Array | undefined;
  private readonly start: Int32Array;
  private count = 0;
  private rows = 0;

  constructor(
    private readonly depth: number,
    private readonly height: number,
    private readonly width: number,
    coded: boolean,
    private readonly budget: MemoryBudget,
  ) {
    budget.take(4 * (depth * height + 1) + this.x.length * (coded ? 5 : 4));
    this.start = new Int32Array(depth * height + 1);
    if (coded) this.code = new Uint8Array(1024);
  }

  /** Makes room for one more row and returns the arrays to write it into, from index `from`. */
  room(): { x: Int32Array; code: Uint8Array | undefined; from: number } {
    if (this.count + this.width > this.x.length) {
      const before = this.x.length;
      const length = Math.max(2 * before, this.count + this.width);
      const each = this.code ? 5 : 4;
      this.budget.take(each * length);
      const x = new Int32Array(length);
      x.set(this.x);
      this.x = x;
      if (this.code) {
        const code = new Uint8Array(length);
        code.set(this.code);
        this.code = code;
      }
      this.budget.give(each * before);
    }
    return { x: this.x, code: this.code, from: this.count };
  }

  /** Ends the row at index `to` of the arrays. */
  endRow(to: number): void {
    this.count = to;
    this.start[++this.rows] = to;
  }

  finish(): PointSet {
    const { depth, height, width, start, x, count, code } = this;
    return { depth, height, width, start, x, count, code };
  }
}

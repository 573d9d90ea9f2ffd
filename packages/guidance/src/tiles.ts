import type { Box } from './box.ts';
import type { RowSink } from './filter.ts';
import type { Plan } from './options.ts';

/**
 * Smallest and largest filtered value of each tile of a map, so that an edit needs to look at the tiles it
 * touches only. Tiles are 16 x 16 pixels, or 8 x 8 x 8 voxels: small enough that a patch of sigma 2 does
 * not grow much when it is rounded out to whole tiles.
 */
export class Tiles implements RowSink {
  readonly min: Float64Array;
  readonly max: Float64Array;
  private readonly shift: number;
  private readonly across: number;
  private readonly down: number;

  constructor(private readonly plan: Plan) {
    this.shift = plan.shape.length === 2 ? 4 : 3;
    this.across = this.tile(plan.width - 1) + 1;
    this.down = this.tile(plan.height - 1) + 1;
    const count = this.across * this.down * (this.tile(plan.depth - 1) + 1);
    this.min = new Float64Array(count);
    this.max = new Float64Array(count);
  }

  /** The box of whole tiles that the impulse at `pixel` reaches, cut to the image. */
  around(pixel: number, out: Box): Box {
    const { width, height, depth, radius } = this.plan;
    const line = (pixel / width) | 0;
    const z = (line / height) | 0;
    const y = line - z * height;
    const x = pixel - line * width;
    const mask = -1 << this.shift;
    const side = 1 << this.shift;
    out.x0 = Math.max(0, (x - radius) & mask);
    out.x1 = Math.min(width, ((x + radius) & mask) + side);
    out.y0 = Math.max(0, (y - radius) & mask);
    out.y1 = Math.min(height, ((y + radius) & mask) + side);
    out.z0 = Math.max(0, (z - radius) & mask);
    out.z1 = Math.min(depth, ((z + radius) & mask) + side);
    return out;
  }

  /**
   * Joins the smallest and largest value in the tiles of a box to the two that `into` holds.
   * @param forget - whether `row` is to be given every row of the box next
   */
  read(box: Box, into: Float64Array, forget: boolean): void {
    const { min, max } = this;
    for (let z = this.tile(box.z0); z <= this.tile(box.z1 - 1); z++) {
      for (let y = this.tile(box.y0); y <= this.tile(box.y1 - 1); y++) {
        const row = (z * this.down + y) * this.across;
        const end = row + this.tile(box.x1 - 1);
        for (let t = row + this.tile(box.x0); t <= end; t++) {
          if (min[t] < into[0]) into[0] = min[t];
          if (max[t] > into[1]) into[1] = max[t];
          if (!forget) continue;
          min[t] = Infinity;
          max[t] = 0;
        }
      }
    }
  }

  row(values: Float64Array, base: number, z: number, y: number, lo: number, hi: number): void {
    const { min, max, shift } = this;
    let t = (this.tile(z) * this.down + this.tile(y)) * this.across + this.tile(lo);
    for (let x = lo; x < hi; t++) {
      const stop = Math.min(hi, (this.tile(x) + 1) << shift);
      let least = min[t];
      let most = max[t];
      for (; x < stop; x++) {
        const value = values[base + x];
        if (value < least) least = value;
        if (value > most) most = value;
      }
      min[t] = least;
      max[t] = most;
    }
  }

  private tile(at: number): number {
    return at >> this.shift;
  }
}

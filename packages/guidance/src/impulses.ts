import { doubled } from './sources.ts';

/** The clicked pixels of one map in raster order. A pixel clicked twice is one impulse with two uses. */
export class ImpulseSet {
  pixels = new Int32Array(32);
  count = 0;
  private readonly uses = new Map<number, number>();

  /** Makes room for one more, so that `add` cannot fail half-way through an edit. */
  reserve(): void {
    if (this.count === this.pixels.length) this.pixels = doubled(this.pixels);
  }

  /** True if the pixel was not in use before. */
  add(pixel: number): boolean {
    const uses = this.uses.get(pixel) ?? 0;
    if (uses === 0) {
      this.reserve();
      const at = lowerBound(this.pixels, this.count, pixel);
      this.pixels.copyWithin(at + 1, at, this.count++);
      this.pixels[at] = pixel;
    }
    this.uses.set(pixel, uses + 1);
    return uses === 0;
  }

  /** True if nothing uses the pixel any more. */
  remove(pixel: number): boolean {
    const uses = this.uses.get(pixel)! - 1;
    this.uses.set(pixel, uses);
    if (uses > 0) return false;
    this.uses.delete(pixel);
    const at = lowerBound(this.pixels, this.count, pixel);
    this.pixels.copyWithin(at, at + 1, this.count--);
    return true;
  }

  clear(): void {
    this.count = 0;
    this.uses.clear();
  }
}

/** Index of the first of `count` ascending values that is at least `value`. */
export function lowerBound(list: Int32Array, count: number, value: number): number {
  let lo = 0;
  let hi = count;
  while (lo < hi) {
    const mid = (lo + hi) >>> 1;
    if (list[mid] < value) lo = mid + 1;
    else hi = mid;
  }
  return lo;
}

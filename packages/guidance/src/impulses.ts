/** The clicked pixels of one map in raster order. A pixel clicked twice is one impulse with two uses. */
export class ImpulseSet {
  pixels = new Int32Array(32);
  count = 0;
  private uses = new Int32Array(32);

  /** Makes room for one more, so that `add` cannot fail half-way through an edit. */
  reserve(): void {
    if (this.count < this.pixels.length) return;
    const pixels = new Int32Array(2 * this.pixels.length);
    const uses = new Int32Array(2 * this.pixels.length);
    pixels.set(this.pixels);
    uses.set(this.uses);
    this.pixels = pixels;
    this.uses = uses;
  }

  /** True if the pixel was not in use before. */
  add(pixel: number): boolean {
    const at = this.find(pixel);
    if (at < this.count && this.pixels[at] === pixel) {
      this.uses[at]++;
      return false;
    }
    this.reserve();
    this.pixels.copyWithin(at + 1, at, this.count);
    this.uses.copyWithin(at + 1, at, this.count);
    this.pixels[at] = pixel;
    this.uses[at] = 1;
    this.count++;
    return true;
  }

  /** True if nothing uses the pixel any more. */
  remove(pixel: number): boolean {
    const at = this.find(pixel);
    if (--this.uses[at] > 0) return false;
    this.pixels.copyWithin(at, at + 1, this.count);
    this.uses.copyWithin(at, at + 1, this.count);
    this.count--;
    return true;
  }

  clear(): void {
    this.count = 0;
  }

  private find(pixel: number): number {
    let lo = 0;
    let hi = this.count;
    while (lo < hi) {
      const mid = (lo + hi) >>> 1;
      if (this.pixels[mid] < pixel) lo = mid + 1;
      else hi = mid;
    }
    return lo;
  }
}

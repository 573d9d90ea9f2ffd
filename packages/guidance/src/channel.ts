import { type Box, newBox, unite, volume } from './box.ts';
import type { ImpulseFilter } from './filter.ts';
import { ImpulseSet } from './impulses.ts';
import type { Plan } from './options.ts';
import { ScaledWriter } from './scale.ts';
import { Tiles } from './tiles.ts';

/**
 * One map that is kept up to date: an edit makes the tiles anew that it reaches, from the impulses, and
 * scales the others again only where the map's minimum or maximum has changed with it.
 */
export class ChannelMap {
  private readonly impulses = new ImpulseSet();
  private readonly tiles: Tiles;
  private readonly writer = new ScaledWriter();
  private readonly here = newBox();
  private readonly there = newBox();
  private readonly both = newBox();
  // Minimum and maximum of what an edit reaches; numbers in an array, so that a drag makes no garbage.
  private readonly before = new Float64Array(2);
  private readonly after = new Float64Array(2);
  private min = 0;
  private max = 0;

  constructor(
    private readonly plan: Plan,
    private readonly data: Float32Array | Float64Array,
    private readonly filter: ImpulseFilter,
  ) {
    this.tiles = new Tiles(plan);
  }

  add(pixel: number): void {
    if (this.impulses.add(pixel)) this.refresh(pixel, -1);
  }

  remove(pixel: number): void {
    if (this.impulses.remove(pixel)) this.refresh(pixel, -1);
  }

  move(from: number, to: number): void {
    if (from === to) return;
    // Before anything changes, so that an edit that runs out of memory has changed nothing.
    this.impulses.reserve();
    const gone = this.impulses.remove(from);
    const came = this.impulses.add(to);
    if (gone) this.refresh(from, came ? to : -1);
    else if (came) this.refresh(to, -1);
  }

  clear(): void {
    if (this.impulses.count === 0) return;
    this.impulses.clear();
    this.tiles.min.fill(0);
    this.tiles.max.fill(0);
    this.data.fill(0);
    this.min = this.max = 0;
  }

  private refresh(pixel: number, other: number): void {
    const { here, there, both, tiles } = this;
    tiles.around(pixel, here);
    this.begin();
    if (other < 0) {
      this.patch(here);
      this.end(here, undefined);
      return;
    }
    tiles.around(other, there);
    unite(here, there, both);
    // A drag moves by a few pixels: one patch around both ends, unless they lie far apart.
    if (volume(both) <= volume(here) + volume(there)) {
      this.patch(both);
      this.end(both, undefined);
    } else {
      this.patch(here);
      this.patch(there);
      this.end(here, there);
    }
  }

  private begin(): void {
    this.before[0] = this.after[0] = Infinity;
    this.before[1] = this.after[1] = 0;
  }

  /** Filters a box anew and writes it in the scale that the map had, which mostly still holds. */
  private patch(box: Box): void {
    const { filter, tiles, writer, impulses } = this;
    tiles.read(box, this.before, true);
    filter.load(this.plan, impulses.pixels, impulses.count, box);
    filter.each(tiles, true);
    writer.open(this.plan, this.data, this.min, this.max);
    filter.again(writer, true);
    tiles.read(box, this.after, false);
  }

  private end(first: Box, second: Box | undefined): void {
    const { before, after, tiles, plan, min, max } = this;
    // Where a minimum or maximum lay in the patches and is gone, it may now be anywhere.
    const lost = (before[1] === max && after[1] < max) || (before[0] === min && after[0] > min);
    if (lost) tiles.read(plan.everything, after, false);
    this.min = Math.min(lost ? Infinity : min, after[0]);
    this.max = Math.max(lost ? 0 : max, after[1]);
    if (min === this.min && max === this.max) return;
    // Pixels that no click reaches any more are in the patches, the others in what clicks reach.
    this.draw(first, true);
    if (second) this.draw(second, true);
    this.draw(plan.everything, false);
  }

  /** Filters a box anew and writes it in the map's scale. */
  private draw(box: Box, whole: boolean): void {
    const { filter, impulses, writer, plan } = this;
    filter.load(plan, impulses.pixels, impulses.count, box);
    writer.open(plan, this.data, this.min, this.max);
    filter.each(writer, whole);
  }
}

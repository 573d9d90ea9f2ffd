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
  private readonly everything: Box;
  private readonly writer = new ScaledWriter();
  private readonly here = newBox();
  private readonly there = newBox();
  private readonly both = newBox();
  private readonly before = { min: 0, max: 0 };
  private readonly after = { min: 0, max: 0 };
  private min = 0;
  private max = 0;

  constructor(
    private readonly plan: Plan,
    private readonly data: Float32Array | Float64Array,
    private readonly filter: ImpulseFilter,
  ) {
    this.tiles = new Tiles(plan);
    this.everything = this.tiles.everything;
  }

  /** Makes room for one more click, so that an edit that runs out of memory has changed nothing. */
  reserve(): void {
    this.impulses.reserve();
  }

  add(pixel: number): void {
    if (this.impulses.add(pixel)) this.refresh(pixel, -1);
  }

  remove(pixel: number): void {
    if (this.impulses.remove(pixel)) this.refresh(pixel, -1);
  }

  move(from: number, to: number): void {
    if (from === to) return;
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
    this.before.min = this.after.min = Number.POSITIVE_INFINITY;
    this.before.max = this.after.max = 0;
  }

  /** Filters a box anew and writes it in the scale that the map had, which mostly still holds. */
  private patch(box: Box): void {
    const { filter, tiles, writer, impulses } = this;
    tiles.read(box, this.before);
    tiles.open(box);
    filter.load(this.plan, impulses.pixels, impulses.count, box);
    filter.each(tiles, true);
    writer.open(this.plan, this.data, this.min, this.max);
    filter.again(writer, true);
    tiles.read(box, this.after);
  }

  private end(first: Box, second: Box | undefined): void {
    const { before, after, tiles, filter, impulses, writer } = this;
    let { min, max } = this;
    // The extremes can only have moved within the patches, or to another tile when they lay there.
    if (after.max >= max) max = after.max;
    else if (before.max === max) max = largest(tiles.max);
    if (after.min <= min) min = after.min;
    else if (before.min === min) min = smallest(tiles.min);
    if (min === this.min && max === this.max) return;
    this.min = min;
    this.max = max;
    // Pixels that no click reaches any more are in the patches, and are zero in every scale.
    this.wipe(first);
    if (second) this.wipe(second);
    filter.load(this.plan, impulses.pixels, impulses.count, this.everything);
    writer.open(this.plan, this.data, min, max);
    filter.each(writer, false);
  }

  private wipe(box: Box): void {
    const { height, width } = this.plan;
    for (let z = box.z0; z < box.z1; z++) {
      for (let y = box.y0; y < box.y1; y++) {
        const row = (z * height + y) * width;
        this.data.fill(0, row + box.x0, row + box.x1);
      }
    }
  }
}

function largest(values: Float64Array): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) if (values[i] > most) most = values[i];
  return most;
}

function smallest(values: Float64Array): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < values.length; i++) if (values[i] < least) least = values[i];
  return least;
}

import { ClicksegError, type DenseRaster, describe } from '@clickseg/raster';
import { ChannelMap } from './channel.ts';
import type { Click, ClickId, PlacedClick } from './click.ts';
import { ImpulseFilter } from './filter.ts';
import { type Dtype, type Dtypes, type GuidanceOptions, plan } from './options.ts';
import { denseOf, newPair } from './output.ts';
import { channelOf, pixelOf } from './pixel.ts';

/** Guidance maps that follow a person's clicks; made by {@link createGuidance}. */
export interface Guidance<D extends Dtype = 'float32'> {
  /**
   * `[2, ...shape]`, C order, in [0, 1]: foreground, background. Always this one array, changed in place
   * by every edit: copy it (`maps.data.slice()`) to keep a state.
   */
  readonly maps: DenseRaster<Dtypes[D]>;
  /** The clicks as they were given, in the order in which they were added, each with its id. A new array. */
  readonly clicks: readonly PlacedClick[];
  /**
   * Places a click.
   * @throws ClicksegError `invalid-point`; the maps then stay as they were
   */
  add(click: Click): ClickId;
  /**
   * Moves a click, which keeps its label, id and place in the order: one step of a drag.
   * @throws ClicksegError `unknown-click` or `invalid-point`; the maps then stay as they were
   */
  move(id: ClickId, to: { readonly x: number; readonly y: number; readonly z?: number }): void;
  /** @throws ClicksegError `unknown-click`; the maps then stay as they were */
  remove(id: ClickId): void;
  /** Takes all clicks away. Their ids are not used again. */
  clear(): void;
}

/**
 * Guidance maps that are kept, for a person who adds, drags and removes clicks: only what an edit changes
 * is computed, microseconds at sigma 2. After any sequence of edits the maps equal
 * `renderGuidance(clicks, options)` bit for bit.
 *
 * @throws ClicksegError `invalid-shape`, `too-large`, `invalid-option`
 */
export function createGuidance<D extends Dtype = 'float32'>(options: GuidanceOptions<D>): Guidance<D> {
  const what = 'createGuidance';
  const p = plan(options, what);
  const data = newPair(p.size, p.dtype, what) as Dtypes[D];
  const maps = denseOf(data, [2, ...p.shape]);
  const filter = new ImpulseFilter();
  const channels = [0, 1].map((c) => new ChannelMap(p, data.subarray(c * p.size, (c + 1) * p.size), filter));
  const placed = new Map<ClickId, { click: PlacedClick; channel: 0 | 1; pixel: number }>();
  let next: ClickId = 1;

  // Posted to a worker with its memory, say: edits would go nowhere.
  const checkMemory = () => {
    if (data.length > 0) return;
    throw new ClicksegError('invalid-array', 'guidance: maps were transferred');
  };
  const find = (id: ClickId, verb: string) => {
    checkMemory();
    const entry = placed.get(id);
    if (entry) return entry;
    throw new ClicksegError('unknown-click', `guidance.${verb}: no click ${describe(id)}`);
  };

  return {
    maps,
    get clicks() {
      return Array.from(placed.values(), (entry) => entry.click);
    },
    add(click) {
      checkMemory();
      const channel = channelOf(click, 'guidance.add');
      const pixel = pixelOf(click, p.shape, 'guidance.add');
      const id = next++;
      const kept = freeze({ id, x: click.x, y: click.y, z: click.z, label: click.label });
      channels[channel].add(pixel);
      placed.set(id, { click: kept, channel, pixel });
      return id;
    },
    move(id, to) {
      const entry = find(id, 'move');
      const pixel = pixelOf(to, p.shape, 'guidance.move');
      channels[entry.channel].move(entry.pixel, pixel);
      // On a slice `z` is the volume's, which a move within the slice leaves alone.
      entry.click = freeze({ ...entry.click, x: to.x, y: to.y, z: to.z ?? entry.click.z });
      entry.pixel = pixel;
    },
    remove(id) {
      const entry = find(id, 'remove');
      placed.delete(id);
      channels[entry.channel].remove(entry.pixel);
    },
    clear() {
      placed.clear();
      for (const channel of channels) channel.clear();
    },
  };
}

/** A click without an undefined `z`, so that it compares and serialises as it was given. */
function freeze({ z, ...click }: PlacedClick): PlacedClick {
  return Object.freeze(z === undefined ? click : { ...click, z });
}

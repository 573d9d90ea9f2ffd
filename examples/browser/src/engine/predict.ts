import type { PlacedClick } from '@clickseg/guidance';
import { type DenseRaster, isClicksegError, raster } from '@clickseg/raster';
import type { Interaction, InteractionJson, Prediction, Segmenter } from '@clickseg/runtime';
import { openVolume, type Volume as Slices } from '@clickseg/runtime/volume';
import { type MaskBox, paintMask, wholeMask } from '../state/mask-box.ts';
import type { Scan } from '../state/store.ts';
import { letFailedGo, report, segmenter } from './model.ts';

interface Opened {
  readonly interaction: Interaction;
  /** The masks whose pixels it may not take. */
  locked: readonly MaskBox[];
  /** Work with it that has not ended: until then it stays. */
  users: number;
}

// Opened slices keep buffers of some megabytes; what was clicked lies in the store, so they can go at any time.
const MOST_OPEN = 6;
let base: { readonly scan: Scan; readonly segmenter: Segmenter; readonly slices: Slices } | undefined;
const opened = new Map<string, Opened>();

/** The scan's slices on the model that runs now. */
export async function slicesOf(scan: Scan): Promise<Slices> {
  const made = await segmenter();
  if (base?.scan !== scan || base.segmenter !== made) {
    const slices = openVolume(made, raster(scan.volume.data, scan.volume.shape), {
      spacing: scan.measured ? { ...scan.volume.spacing } : undefined,
    });
    await Promise.all([...opened.values()].map(({ interaction }) => interaction.dispose()));
    opened.clear();
    base = { scan, segmenter: made, slices };
  }
  return base.slices;
}

/**
 * Segments a slice from clicks.
 * @param id - the structure's, so that a drag finds its buffers again
 * @param locked - masks whose pixels stay outside
 */
export async function predict(
  scan: Scan,
  id: number,
  at: number,
  clicks: readonly PlacedClick[],
  locked: readonly MaskBox[],
): Promise<Prediction> {
  const prediction = await opening(scan, id, at, (one) => {
    setClicks(one, clicks);
    setLocks(one, locked);
    return answerOf(one.interaction);
  });
  if (base !== undefined) report(base.segmenter);
  return prediction;
}

/** Finds clicks that reproduce a mask. */
export async function clicksFor(
  scan: Scan,
  id: number,
  at: number,
  mask: MaskBox,
  signal?: AbortSignal,
): Promise<readonly PlacedClick[]> {
  return opening(scan, id, at, async ({ interaction }) => {
    await interaction.from(raster(wholeMask(mask, interaction.shape), interaction.shape), { signal });
    return interaction.clicks;
  });
}

/** The clicks of a slice as the runtime writes them down, pixels kept from others included. */
export async function writeClicks(
  scan: Scan,
  id: number,
  at: number,
  clicks: readonly PlacedClick[],
  locked: readonly MaskBox[],
): Promise<InteractionJson> {
  return opening(scan, id, at, (one) => {
    setClicks(one, clicks);
    setLocks(one, locked);
    return one.interaction.toJSON();
  });
}

/**
 * Segments a slice from clicks that were saved, whatever model they were saved with.
 * @param saved - as {@link writeClicks} wrote them, to be held against this scan; without, the clicks are all there is
 * @throws ClicksegError `invalid-file`, `shape-mismatch`, `invalid-point`
 */
export async function replay(
  scan: Scan,
  at: number,
  clicks: readonly PlacedClick[],
  saved?: InteractionJson,
): Promise<Prediction> {
  const interaction = await (await slicesOf(scan)).open(at);
  try {
    interaction.fromJSON(saved ?? { ...interaction.toJSON(), clicks }, { otherModel: true });
    return await answerOf(interaction);
  } finally {
    await interaction.dispose();
  }
}

/** A prediction; where the backend failed it, the next one gets another. */
async function answerOf(interaction: Interaction): Promise<Prediction> {
  const { segmenter: asked } = base ?? {};
  return interaction.predict().catch(async (error) => {
    if (asked && isClicksegError(error, 'backend-failed')) await letFailedGo(asked);
    throw error;
  });
}

/** Works with an opened slice, which stays open for that long. */
async function opening<T>(
  scan: Scan,
  id: number,
  at: number,
  work: (one: Opened) => T | Promise<T>,
): Promise<T> {
  const one = await open(scan, id, at);
  try {
    return await work(one);
  } finally {
    one.users--;
    letGo();
  }
}

/** Counts its caller as a user. */
async function open(scan: Scan, id: number, at: number): Promise<Opened> {
  const slices = await slicesOf(scan);
  const key = `${id}/${at}`;
  if (!opened.has(key)) {
    const interaction = await slices.open(at);
    if (!opened.has(key)) opened.set(key, { interaction, locked: [], users: 0 });
  }
  const one = opened.get(key) as Opened;
  // To the end of the line of those that may go.
  opened.delete(key);
  opened.set(key, one);
  one.users++;
  letGo();
  return one;
}

/** Closes what has not been used for longest, beyond what may stay. */
function letGo(): void {
  const idle = [...opened].filter(([, { users }]) => users === 0);
  for (const [key, { interaction }] of idle.slice(0, Math.max(0, opened.size - MOST_OPEN))) {
    opened.delete(key);
    void interaction.dispose();
  }
}

function setClicks(one: Opened, clicks: readonly PlacedClick[]): void {
  const { interaction } = one;
  // Whatever is being dragged is the newest.
  const last = clicks.at(-1);
  const dragged = interaction.clicks.find(({ id, label }) => id === last?.id && label === last.label);
  if (last && dragged) interaction.move(last.id, last);
  const have = interaction.clicks;
  const same =
    have.length === clicks.length &&
    have.every(({ id, label, x, y }, i) => {
      const click = clicks[i];
      return click?.id === id && click.label === label && click.x === x && click.y === y;
    });
  if (same) return;
  interaction.fromJSON({ ...interaction.toJSON(), clicks, locked: undefined });
  one.locked = [];
}

function setLocks(one: Opened, locked: readonly MaskBox[]): void {
  const { interaction } = one;
  if (locked.length === one.locked.length && locked.every((mask, i) => mask === one.locked[i])) return;
  interaction.unlock();
  one.locked = locked;
  if (locked.length === 0) return;
  const [height, width] = interaction.shape;
  const region: DenseRaster<Uint8Array> = raster(new Uint8Array(height * width), [height, width]);
  for (const mask of locked) paintMask(mask, region.data, width, 1);
  interaction.lock(region, raster(new Uint8Array(height * width), [height, width]));
}

import type { PlacedClick } from '@clickseg/guidance';
import { type DenseRaster, isClicksegError, raster } from '@clickseg/raster';
import type { Interaction, InteractionJson, Prediction, Segmenter } from '@clickseg/runtime';
import { openVolume, type Volume as Slices } from '@clickseg/runtime/volume';
import { type MaskBox, paintMask, wholeMask } from '../state/mask-box.ts';
import { type Scan, scan as shown } from '../state/store.ts';
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
// How often in a row another model may be chosen under a piece of work before it gives up.
const MOST_TRIES = 5;

/** A scan on a model. */
interface Base {
  readonly scan: Scan;
  readonly segmenter: Segmenter;
  readonly slices: Slices;
  /** By structure and slice. Each base has its own: what another scan or model had opened is never found in it. */
  readonly opened: Map<string, Opened>;
}
let base: Base | undefined;

/** The scan's slices on the model that runs now. */
export async function slicesOf(scan: Scan): Promise<Slices> {
  return (await baseOf(scan)).slices;
}

async function baseOf(scan: Scan): Promise<Base> {
  const made = await segmenter();
  // Nothing is awaited from here on, so that those who waited side by side find the same base.
  if (base?.scan === scan && base.segmenter === made) return base;
  const slices = openVolume(made, raster(scan.volume.data, scan.volume.shape), {
    spacing: scan.measured ? { ...scan.volume.spacing } : undefined,
  });
  const fresh: Base = { scan, segmenter: made, slices, opened: new Map() };
  // A scan that was closed meanwhile may still be asked for its clicks, but does not take the open one's place.
  if (scan !== shown.value) return fresh;
  for (const { interaction } of base?.opened.values() ?? []) void interaction.dispose();
  base = fresh;
  return fresh;
}

/**
 * Segments a slice from clicks.
 * @param id - the structure's, so that a drag finds its buffers again
 * @param locked - masks whose pixels stay outside
 * @throws an `AbortError` where another scan was opened meanwhile
 */
export async function predict(
  scan: Scan,
  id: number,
  at: number,
  clicks: readonly PlacedClick[],
  locked: readonly MaskBox[],
): Promise<Prediction> {
  return opening(scan, id, at, async (one, asked) => {
    if (scan !== shown.value) throw new DOMException('another scan was opened', 'AbortError');
    setClicks(one, clicks);
    setLocks(one, locked);
    const prediction = await answerOf(one.interaction, asked);
    report(asked);
    return prediction;
  });
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
  return onNewest(async () => {
    const { slices, segmenter: asked } = await baseOf(scan);
    const interaction = await slices.open(at);
    try {
      interaction.fromJSON(saved ?? { ...interaction.toJSON(), clicks }, { otherModel: true });
      return await answerOf(interaction, asked);
    } finally {
      await interaction.dispose();
    }
  });
}

/** A prediction; where the backend failed it, the next one gets another. */
async function answerOf(interaction: Interaction, asked: Segmenter): Promise<Prediction> {
  return interaction.predict().catch(async (error) => {
    if (isClicksegError(error, 'backend-failed')) await letFailedGo(asked);
    throw error;
  });
}

/** Does it again where another model was chosen meanwhile: the one before took all that waited for it along. */
async function onNewest<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries === MOST_TRIES || !isClicksegError(error, 'disposed')) throw error;
    }
  }
}

/** Works with an opened slice, which stays open for that long. */
async function opening<T>(
  scan: Scan,
  id: number,
  at: number,
  work: (one: Opened, asked: Segmenter) => T | Promise<T>,
): Promise<T> {
  return onNewest(async () => {
    const own = await baseOf(scan);
    const one = await open(own, id, at);
    try {
      return await work(one, own.segmenter);
    } finally {
      one.users--;
      letGo(own);
    }
  });
}

/** Counts its caller as a user. */
async function open(own: Base, id: number, at: number): Promise<Opened> {
  const { slices, opened } = own;
  const key = `${id}/${at}`;
  if (!opened.has(key)) {
    const interaction = await slices.open(at);
    if (opened.has(key)) void interaction.dispose();
    else opened.set(key, { interaction, locked: [], users: 0 });
  }
  const one = opened.get(key) as Opened;
  // To the end of the line of those that may go.
  opened.delete(key);
  opened.set(key, one);
  one.users++;
  letGo(own);
  return one;
}

/** Closes what has not been used for longest, beyond what may stay: nothing, once another scan or model is in its place. */
function letGo(own: Base): void {
  const { opened } = own;
  const idle = [...opened].filter(([, { users }]) => users === 0);
  const most = own === base ? MOST_OPEN : 0;
  for (const [key, { interaction }] of idle.slice(0, Math.max(0, opened.size - most))) {
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

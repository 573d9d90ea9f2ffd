import type { Click, PlacedClick } from '@clickseg/guidance';
import { ClicksegError, checkRaster, contiguous, type Raster, raster } from '@clickseg/raster';
import { callOptions } from './call-options.ts';
import { checkClick, checkPoint, findClick } from './clicks.ts';
import type { Point } from './contours.ts';
import { type FromOptions, fitClicks } from './fit-clicks.ts';
import { createHistory, type State } from './history.ts';
import {
  type FromJsonOptions,
  type InteractionContext,
  type InteractionJson,
  readJson,
  writeJson,
} from './interaction-json.ts';
import { addLocks, applyLocks } from './locks.ts';
import { createPrediction, type Prediction } from './prediction.ts';
import type { Predictor } from './predictor.ts';
import { type Scheduler, superseded } from './scheduler.ts';

/**
 * One image being segmented by clicks. Editing is immediate and cheap; only {@link predict} computes.
 *
 * Every method but `dispose` throws `disposed` once this interaction or its segmenter is disposed
 * of, and `invalid-option` for options that are none; asynchronous ones reject with it. What it hands
 * out of its clicks and shape is frozen.
 */
export interface Interaction {
  /** `[h, w]` of the image. */
  readonly shape: readonly [number, number];
  /** The clicks in the order they were added; for a model with `previousMask`, in which they were added or last moved. */
  readonly clicks: readonly PlacedClick[];
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /**
   * Adds a click, in image pixels (fractions allowed), and returns its id.
   * @param options - `drag`: its first drag is part of this step, so that one `undo` removes the click; for a
   * click that is placed and dragged in one gesture
   * @throws ClicksegError `invalid-point` outside the image, before anything changes
   */
  add(click: Click, options?: { readonly drag?: boolean }): number;
  /**
   * Moves a click. Moves of the same click that follow each other, up to {@link endGesture}, are one
   * drag: one `undo` takes them all back. To where it is already, nothing changes. For a model with `previousMask` it becomes
   * the newest click, since that is the one that corrects the mask of the others.
   * @throws ClicksegError `unknown-click`, `invalid-point`
   */
  move(id: number, to: Point): void;
  /** The pointer was let go: the next move is a drag, and an undo step, of its own. */
  endGesture(): void;
  /** @throws ClicksegError `unknown-click` */
  remove(id: number): void;
  /** Removes all clicks and locks, as one step. */
  clear(): void;
  /** Takes the last edit (of clicks or locks) back; false where there is none. */
  undo(): boolean;
  /** Brings the last undone edit back; false where there is none. */
  redo(): boolean;
  /**
   * Segments with the clicks as they are at this call.
   *
   * One prediction runs at a time; of those waiting the newest wins, and a superseded one rejects
   * with an `AbortError` (a `DOMException`). Without a foreground click the mask is empty.
   *
   * @throws ClicksegError `backend-failed`, `invalid-model`, `disposed`; the signal's reason when aborted
   */
  predict(options?: { readonly signal?: AbortSignal }): Promise<Prediction>;
  /**
   * Keeps pixels as they are: where `region` is non-zero, every later prediction answers what the
   * last finished one did there, with probability 0 or 1. Undone by {@link undo} or {@link unlock}.
   *
   * @param region - `[h, w]` mask of the pixels to keep
   * @param mask - `[h, w]` what to keep there instead of the last prediction's mask
   * @throws ClicksegError `shape-mismatch`; `invalid-option` where nothing was predicted yet and no
   * `mask` is given
   */
  lock(region: Raster, mask?: Raster): void;
  /** Lets all locked pixels go. */
  unlock(): void;
  /**
   * Starts from an existing mask: replaces the clicks (one step) by those with which the simulated
   * annotator reproduces it best. The clicks are those there are when it ends: one that was added meanwhile is replaced
   * too, and `undo` brings it back. Of two calls the newer wins; the older rejects with an `AbortError`.
   *
   * @param mask - `[h, w]`, not empty
   * @returns the Dice reached with those clicks, without locks
   * @throws ClicksegError `empty-mask`, `shape-mismatch`, `invalid-option`; the signal's reason
   */
  from(mask: Raster, options?: FromOptions): Promise<{ readonly dice: number }>;
  /** The clicks and locks as plain JSON; undo steps are not kept. */
  toJSON(): InteractionJson;
  /**
   * Replaces clicks and locks (one step) by those of {@link toJSON}, for the same image, spacing (to 1e-4 of it)
   * and model; `otherModel: true` takes those of another model, whose mask may differ.
   * @throws ClicksegError `invalid-file`, `shape-mismatch`, `invalid-point`; nothing changes
   */
  fromJSON(json: InteractionJson | string, options?: FromJsonOptions): void;
  /**
   * Ends it: waiting predictions reject, a running one is awaited. Then its buffers and clicks are let go, whoever
   * still holds the object. Safe to call again.
   */
  dispose(): Promise<void>;
}

/** Puts an interaction together over its parts. @internal */
export function createInteraction(
  context: InteractionContext,
  predictor: Predictor,
  scheduler: Scheduler,
  isClosed: () => boolean,
): Interaction {
  const shape = Object.freeze(context.image.grid.image);
  const { threshold } = context.metadata;
  let history = createHistory();
  let nextId = 1;
  let lastMask: Uint8Array | undefined;
  let disposed = false;
  /** How many calls of {@link Interaction.from} there were. */
  let froms = 0;
  const owner = {};
  /** Of {@link Interaction.from}, whose predictions are not to take the place of the person's. */
  const finder = {};

  const gone = () => new ClicksegError('disposed', 'interaction: it was disposed of');
  const guard = <O extends object>(options: O = {} as O): O => {
    if (disposed || isClosed()) throw gone();
    return callOptions(options, 'interaction');
  };
  const edit = (clicks: readonly PlacedClick[], merge?: number) =>
    history.push({ ...history.present, clicks }, merge);
  const setState = (state: State) => {
    history.push(state);
    for (const { id } of state.clicks) nextId = Math.max(nextId, id + 1);
  };
  const checkMask = (mask: Raster, what: string): Raster => {
    checkRaster(mask, what);
    if (`${mask.shape}` !== `${shape}`) {
      throw new ClicksegError('shape-mismatch', `${what}: [${mask.shape}] is not the image's [${shape}]`);
    }
    return contiguous(mask);
  };

  async function compute(state: State, called: number, signal?: AbortSignal): Promise<Prediction> {
    const started = performance.now();
    const { probability, seen, guidance, inference } = await predictor.run(state.clicks, signal);
    applyLocks(probability, state.locks);
    const timings = () => {
      const done = performance.now();
      const resample = done - started - guidance - inference;
      return { waiting: started - called, guidance, inference, resample, total: done - called };
    };
    return createPrediction(probability, {
      shape,
      threshold,
      spacing: context.spacing,
      seen: state.locks ? undefined : seen,
      clicks: state.clicks,
      timings,
    });
  }

  return {
    shape,
    get clicks() {
      return history.present.clicks;
    },
    get canUndo() {
      return history.canUndo;
    },
    get canRedo() {
      return history.canRedo;
    },
    add(click, options) {
      const { drag } = guard(options);
      checkClick(click, shape);
      const { x, y, label } = click;
      const id = nextId++;
      edit([...history.present.clicks, { id, x, y, label }], drag ? id : undefined);
      return id;
    },
    move(id, to) {
      guard();
      const { clicks } = history.present;
      const from = findClick(clicks, id);
      checkPoint(to, shape);
      const { x, y } = to;
      if (x === from.x && y === from.y) return;
      const moved = { ...from, x, y };
      const all = context.metadata.previousMask
        ? [...clicks.filter((click) => click !== from), moved]
        : clicks.map((click) => (click === from ? moved : click));
      edit(all, id);
    },
    endGesture() {
      guard();
      history.endGesture();
    },
    remove(id) {
      guard();
      const { clicks } = history.present;
      findClick(clicks, id);
      edit(clicks.filter((click) => click.id !== id));
    },
    clear() {
      guard();
      const { clicks, locks } = history.present;
      if (clicks.length > 0 || locks !== undefined) history.push({ clicks: [] });
    },
    undo() {
      guard();
      return history.undo();
    },
    redo() {
      guard();
      return history.redo();
    },
    async predict(options) {
      const { signal } = guard(options);
      const state = history.present;
      const called = performance.now();
      const prediction = await scheduler.request(owner, (stop) => compute(state, called, stop), signal);
      // A copy: the caller owns the result and may transfer it away.
      lastMask ??= new Uint8Array(shape[0] * shape[1]);
      lastMask.set(prediction.mask.data);
      return prediction;
    },
    lock(region, mask) {
      guard();
      const where = checkMask(region, 'lock: region').data;
      const kept = mask === undefined ? lastMask : checkMask(mask, 'lock: mask').data;
      if (kept === undefined) {
        throw new ClicksegError('invalid-option', 'lock: nothing was predicted yet; give a mask');
      }
      const { clicks, locks } = history.present;
      history.push({ clicks, locks: addLocks(locks, where, kept) });
    },
    unlock() {
      guard();
      const { clicks, locks } = history.present;
      if (locks !== undefined) history.push({ clicks });
    },
    async from(mask, options = {}) {
      guard(options);
      const dense = checkMask(mask, 'from: mask').data;
      const wanted = raster(
        Uint8Array.from(dense, (v) => (v !== 0 ? 1 : 0)),
        shape,
      );
      if (!wanted.data.includes(1))
        throw new ClicksegError('empty-mask', 'from: the mask has no pixel inside');
      let own = 0;
      const goOn = () => {
        guard();
        // Counted at its first prediction, so that one which is refused ends no other.
        if ((own ||= ++froms) < froms) throw superseded();
      };
      const found = await fitClicks(
        wanted,
        async (clicks) => {
          goOn();
          const state = { clicks: clicks.map((c, i) => ({ ...c, id: -1 - i })) };
          return (await scheduler.request(finder, (stop) => compute(state, 0, stop), options.signal)).mask;
        },
        options,
      );
      goOn();
      setState({
        ...history.present,
        clicks: found.clicks.map(({ x, y, label }) => ({ id: nextId++, x, y, label })),
      });
      return { dice: found.dice };
    },
    toJSON() {
      guard();
      return writeJson(history.present, context);
    },
    fromJSON(json, options) {
      setState(readJson(json, context, guard(options)));
    },
    async dispose() {
      disposed = true;
      for (const each of [owner, finder]) scheduler.cancel(each, gone());
      await scheduler.settled();
      // A viewer's list may hold on to this object for as long as the page lives.
      context = predictor = lastMask = undefined as never;
      history = createHistory();
    },
  };
}

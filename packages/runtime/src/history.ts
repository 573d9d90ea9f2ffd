import type { PlacedClick } from '@clickseg/guidance';
import type { Locks } from './locks.ts';

/** What a prediction depends on besides the image. Never changed: an edit makes another, and what is handed out is frozen. */
export interface State {
  readonly clicks: readonly PlacedClick[];
  readonly locks?: Locks;
}

/** The states of an interaction, with a way back and forth. */
export interface History {
  readonly present: State;
  /**
   * Makes `state` the present one and forgets what was undone.
   * @param merge - edits of one gesture carry the same key, the id of the click dragged, and are undone as one
   */
  push(state: State, merge?: number): void;
  /** What follows is another gesture, also of the same key. */
  endGesture(): void;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  undo(): boolean;
  redo(): boolean;
}

/** Snapshots, not inverse edits: a state is a short list, and going back is exact by construction. */
export function createHistory(): History {
  let present: State = { clicks: Object.freeze([]) };
  let gesture: number | undefined;
  const past: State[] = [];
  const future: State[] = [];
  const step = (from: State[], to: State[]) => {
    const state = from.pop();
    if (state === undefined) return false;
    to.push(present);
    present = state;
    gesture = undefined;
    return true;
  };
  return {
    get present() {
      return present;
    },
    get canUndo() {
      return past.length > 0;
    },
    get canRedo() {
      return future.length > 0;
    },
    push(state, merge) {
      if (merge === undefined || merge !== gesture) past.push(present);
      gesture = merge;
      Object.freeze(state.clicks).forEach(Object.freeze);
      present = state;
      future.length = 0;
    },
    endGesture() {
      gesture = undefined;
    },
    undo: () => step(past, future),
    redo: () => step(future, past),
  };
}

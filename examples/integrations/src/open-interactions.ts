import type { Interaction, InteractionJson } from '@clickseg/runtime';

/** Interactions by key, of which a few stay open. */
export interface OpenInteractions {
  /**
   * Does `work` with the interaction of a key, opened or opened anew, its clicks and locks as they were; its undo steps
   * are the caller's. It stays open until `work` has ended: do a prediction in here, and await it.
   *
   * It rejects where its clicks cannot be taken back, such as into another model; they are kept for the one they are of.
   */
  use<T>(
    key: string,
    open: () => Promise<Interaction>,
    work: (interaction: Interaction) => T | Promise<T>,
  ): Promise<T>;
  /** Lets the buffers of all go, each once the work with it has ended. The clicks stay, for the next `use`. */
  close(): Promise<void>;
}

interface Entry {
  readonly opening: Promise<Interaction>;
  /** Under way with it. As long as there is any, closing it would lose a click or an answer. */
  readonly work: Set<Promise<unknown>>;
}

/**
 * Keeps the clicks of every slice that was clicked on, and the buffers (3.5 MB for 512 x 512) of those used last.
 *
 * @param most - how many stay open; more only while they are being opened or predicted
 */
export function openInteractions(most = 6): OpenInteractions {
  /** Used longest ago first. */
  const opened = new Map<string, Entry>();
  const closing = new Map<string, Promise<void>>();
  const closed = new Map<string, InteractionJson>();

  async function reopen(key: string, open: () => Promise<Interaction>): Promise<Interaction> {
    // Its clicks are written down, and its buffers gone, when that has ended.
    await closing.get(key);
    const interaction = await open();
    const kept = closed.get(key);
    try {
      if (kept !== undefined) interaction.fromJSON(kept);
    } catch (error) {
      await interaction.dispose();
      throw error;
    }
    closed.delete(key);
    return interaction;
  }

  function add(key: string, open: () => Promise<Interaction>): Entry {
    const entry = { opening: reopen(key, open), work: new Set<Promise<unknown>>() };
    // One that failed to open is opened anew by the next click. Until then it has its place: it has work.
    entry.opening.catch(() => opened.delete(key));
    return entry;
  }

  function shut(key: string, { opening }: Entry): void {
    opened.delete(key);
    const end = async () => {
      const interaction = await opening;
      closed.set(key, interaction.toJSON());
      await interaction.dispose();
    };
    // Where the segmenter itself was disposed of, the clicks went with it.
    const ended = end()
      .catch(() => undefined)
      .then(() => void closing.delete(key));
    closing.set(key, ended);
  }

  function trim(): void {
    for (const [key, entry] of [...opened]) {
      if (opened.size <= most) return;
      if (entry.work.size === 0) shut(key, entry);
    }
  }

  return {
    use(key, open, work) {
      const entry = opened.get(key) ?? add(key, open);
      // To the end of the line of those that may go.
      opened.delete(key);
      opened.set(key, entry);
      const working = entry.opening.then(work);
      entry.work.add(working);
      const done = () => {
        entry.work.delete(working);
        trim();
      };
      working.then(done, done);
      trim();
      return working;
    },
    async close() {
      const wait = async ([key, entry]: [string, Entry]) => {
        while (entry.work.size > 0) await Promise.allSettled(entry.work);
        if (opened.get(key) === entry) shut(key, entry);
      };
      await Promise.all([...opened].map(wait));
      await Promise.all(closing.values());
    },
  };
}

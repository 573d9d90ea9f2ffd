import type { Interaction, InteractionJson } from '@clickseg/runtime';

/** Interactions by key, of which a few are open. */
export interface OpenInteractions {
  /** The interaction of a key, opened or opened anew, its clicks and locks as they were; its undo steps are the caller's. */
  get(key: string, open: () => Promise<Interaction>): Promise<Interaction>;
  /** Ends all of them. */
  dispose(): Promise<void>;
}

/**
 * Keeps the clicks of every slice that was clicked on, and the buffers (3.5 MB for 512 x 512) of those used last.
 *
 * @param most - how many stay open
 */
export function openInteractions(most = 6): OpenInteractions {
  const opened = new Map<string, Promise<Interaction>>();
  const closed = new Map<string, InteractionJson>();

  async function reopen(key: string, open: () => Promise<Interaction>): Promise<Interaction> {
    const interaction = await open();
    const kept = closed.get(key);
    if (kept !== undefined) interaction.fromJSON(kept);
    closed.delete(key);
    return interaction;
  }

  async function close(key: string, opening: Promise<Interaction>): Promise<void> {
    const interaction = await opening;
    closed.set(key, interaction.toJSON());
    await interaction.dispose();
  }

  return {
    get(key, open) {
      let interaction = opened.get(key);
      if (interaction === undefined) {
        interaction = reopen(key, open);
        // One that failed to open is opened anew by the next click.
        interaction.catch(() => opened.delete(key));
      }
      // To the end of the line of those that may go.
      opened.delete(key);
      opened.set(key, interaction);
      for (const [name, old] of [...opened].slice(0, -most)) {
        opened.delete(name);
        void close(name, old).catch(() => undefined);
      }
      return interaction;
    },
    async dispose() {
      const all = await Promise.allSettled(opened.values());
      opened.clear();
      await Promise.all(all.map((one) => one.status === 'fulfilled' && one.value.dispose()));
    },
  };
}

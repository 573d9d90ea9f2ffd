import type { Interaction, InteractionJson } from '@clickseg/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import { openInteractions } from '../src/open-interactions.ts';

const CLICK = { x: 1, y: 2, label: 'foreground' } as const;
const settled = () => new Promise((resolve) => setTimeout(resolve));
function gate() {
  let open = () => {};
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { open, passed };
}

/** What becomes of the interactions, as it happens. */
let log: string[];
beforeEach(() => {
  log = [];
});

/** Opens an interaction that knows clicks and refuses everything once it was closed, as the runtime's does. */
function opener(key: string, { disposing = Promise.resolve(), refuses = false } = {}) {
  return async () => {
    log.push(`open ${key}`);
    let clicks: unknown[] = [];
    let disposed = false;
    const guard = () => {
      if (disposed) throw new Error(`${key} was closed`);
    };
    return {
      add: (click: unknown) => {
        guard();
        return clicks.push(click);
      },
      get clicks() {
        return clicks;
      },
      toJSON: () => {
        guard();
        return { clicks } as unknown as InteractionJson;
      },
      fromJSON: (json: InteractionJson) => {
        if (refuses) throw new Error('of another model');
        clicks = [...json.clicks];
      },
      dispose: async () => {
        disposed = true;
        await disposing;
        log.push(`close ${key}`);
      },
    } as unknown as Interaction;
  };
}
const click = (interaction: Interaction) => void interaction.add(CLICK);
const clicksOf = (interaction: Interaction) => interaction.clicks;

describe('openInteractions', () => {
  it('closes what was used longest ago, and opens it again with its clicks', async () => {
    const interactions = openInteractions(2);
    const use = <T>(key: string, work: (interaction: Interaction) => T) =>
      interactions.use(key, opener(key), work);
    await use('a', click);
    await use('b', clicksOf);
    expect(await use('a', (one) => one)).toBe(await use('a', (one) => one));
    await use('c', clicksOf);
    await settled();
    expect(log.sort()).toEqual(['close b', 'open a', 'open b', 'open c']);
    log.length = 0;
    await use('b', clicksOf);
    await settled();
    expect(log.sort()).toEqual(['close a', 'open b']);
    expect(await use('a', clicksOf)).toEqual([CLICK]);
  });

  it('closes nothing that is being opened: clicks on many slices while a model loads', async () => {
    const interactions = openInteractions(2);
    const model = gate();
    const keys = ['a', 'b', 'c', 'd', 'e'];
    const clicked = keys.map((key) => interactions.use(key, () => model.passed.then(opener(key)), click));
    await settled();
    model.open();
    await Promise.all(clicked);
    await settled();
    expect(log.filter((line) => line.startsWith('close')).sort()).toEqual(['close a', 'close b', 'close c']);
    for (const key of keys) expect(await interactions.use(key, opener(key), clicksOf)).toEqual([CLICK]);
  });

  it('closes nothing that is being predicted', async () => {
    const interactions = openInteractions(1);
    const network = gate();
    const answer = interactions.use('a', opener('a'), async (interaction) => {
      await network.passed;
      click(interaction);
      return 'a mask';
    });
    await interactions.use('b', opener('b'), click);
    await interactions.use('c', opener('c'), click);
    await settled();
    expect(log).not.toContain('close a');
    network.open();
    expect(await answer).toBe('a mask');
    expect(await interactions.use('a', opener('a'), clicksOf)).toEqual([CLICK]);
  });

  it('opens anew only what has ended, with the clicks that it ended with', async () => {
    const interactions = openInteractions(1);
    const run = gate();
    await interactions.use('a', opener('a', { disposing: run.passed }), click);
    await interactions.use('b', opener('b'), clicksOf);
    const again = interactions.use('a', opener('a'), clicksOf);
    await settled();
    const ofA = () => log.filter((line) => line.endsWith('a'));
    expect(ofA()).toEqual(['open a']);
    run.open();
    expect(await again).toEqual([CLICK]);
    expect(ofA()).toEqual(['open a', 'close a', 'open a']);
  });

  it('opens anew what failed to open, and no more', async () => {
    const interactions = openInteractions(2);
    const fails = () => Promise.reject(new Error('no model'));
    const both = [interactions.use('a', fails, click), interactions.use('a', opener('a'), click)];
    for (const one of both) await expect(one).rejects.toThrow('no model');
    await interactions.use('a', opener('a'), click);
    expect(await interactions.use('a', fails, clicksOf)).toEqual([CLICK]);
  });

  it('closes what cannot have its clicks back, and keeps them', async () => {
    const interactions = openInteractions();
    await interactions.use('a', opener('a'), click);
    await interactions.close();
    log.length = 0;
    const refused = interactions.use('a', opener('a', { refuses: true }), clicksOf);
    await expect(refused).rejects.toThrow('of another model');
    expect(log).toEqual(['open a', 'close a']);
    expect(await interactions.use('a', opener('a'), clicksOf)).toEqual([CLICK]);
  });

  it('lets all go once their work has ended, but no clicks', async () => {
    const interactions = openInteractions();
    const network = gate();
    void interactions.use('a', opener('a'), async (interaction) => {
      await network.passed;
      click(interaction);
    });
    await interactions.use('b', opener('b'), click);
    const closed = interactions.close();
    await settled();
    expect(log).toEqual(['open a', 'open b', 'close b']);
    network.open();
    await closed;
    expect(log.slice(3)).toEqual(['close a']);
    for (const key of ['a', 'b']) expect(await interactions.use(key, opener(key), clicksOf)).toEqual([CLICK]);
  });

  it('closes without a word what its segmenter has taken with it', async () => {
    const interactions = openInteractions();
    await interactions.use('a', opener('a'), (interaction) => interaction.dispose());
    await interactions.close();
    expect(await interactions.use('a', opener('a'), clicksOf)).toEqual([]);
  });
});

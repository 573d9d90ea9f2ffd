import type { Interaction, InteractionJson } from '@clickseg/runtime';
import { expect, it } from 'vitest';
import { openInteractions } from '../src/open-interactions.ts';

/** Interactions that write down what becomes of them. */
function fakes() {
  const log: string[] = [];
  const open = (key: string) => async () => {
    log.push(`open ${key}`);
    let clicks: unknown[] = [];
    return {
      add: (click: unknown) => clicks.push(click),
      get clicks() {
        return clicks;
      },
      toJSON: () => ({ clicks }) as unknown as InteractionJson,
      fromJSON: (json: InteractionJson) => {
        clicks = [...json.clicks];
      },
      dispose: async () => {
        log.push(`close ${key}`);
      },
    } as unknown as Interaction;
  };
  return { log, open };
}

it('closes what was used longest ago, and opens it again with its clicks', async () => {
  const { log, open } = fakes();
  const interactions = openInteractions(2);
  const get = (key: string) => interactions.get(key, open(key));
  (await get('a')).add({ x: 1, y: 2, label: 'foreground' });
  await get('b');
  expect(await get('a')).toBe(await get('a'));
  await get('c');
  await new Promise((resolve) => setTimeout(resolve));
  expect(log).toEqual(['open a', 'open b', 'open c', 'close b']);
  await get('b');
  await new Promise((resolve) => setTimeout(resolve));
  expect(log.slice(4)).toEqual(['open b', 'close a']);
  expect((await get('a')).clicks).toEqual([{ x: 1, y: 2, label: 'foreground' }]);
  await interactions.dispose();
  expect(log.slice(6).sort()).toEqual(['close a', 'close b', 'close c', 'open a']);
});

it('opens anew what failed to open', async () => {
  const { open } = fakes();
  const interactions = openInteractions();
  const fails = () => Promise.reject(new Error('no model'));
  await expect(interactions.get('a', fails)).rejects.toThrow('no model');
  expect((await interactions.get('a', open('a'))).clicks).toEqual([]);
});

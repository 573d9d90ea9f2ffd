import type { LabelledCase } from '@clickseg/example-dataset/node';
import { describe, expect, it } from 'vitest';
import { makeCatalogue, shardOf } from '../src/catalogue.ts';
import { checkSettings } from '../src/settings.ts';

const never = () => Promise.reject(new Error('opened'));
const entry = (name: string, group: string, sliceCounts?: Record<string, number>): LabelledCase => ({
  case: name,
  group,
  patient: name,
  labels: { liver: 5, spleen: 1 },
  sliceCounts,
  load: never,
  contents: async () => 'the bytes',
});
const cases = [
  entry('a', 'x', { liver: 100, spleen: 40 }),
  entry('b', 'x', { liver: 3, spleen: 0 }),
  entry('c', 'y', { liver: 0, spleen: 7 }),
  entry('d', 'y', { liver: 0, spleen: 0 }),
];
const names = (list: Awaited<ReturnType<typeof makeCatalogue>>['chunks']) =>
  list.flatMap(({ entry: { case: name }, tasks }) => tasks.map((t) => `${name} ${t.structure} ${t.nth}`));

describe('a catalogue', () => {
  it('lists every structure on every slice without opening a file whose counts are known', async () => {
    const { chunks, structures } = await makeCatalogue(cases, checkSettings({}));
    expect(structures).toBe(150);
    expect(new Set(names(chunks)).size).toBe(150);
    expect(chunks.map(({ tasks }) => tasks.length)).toEqual([64, 64, 12, 3, 7, 0]);
    expect(names(chunks)[0]).toBe('a spleen 0');
  });

  it('falls into shards that share nothing and leave nothing', async () => {
    const { chunks } = await makeCatalogue(cases, checkSettings({}));
    const shards = [1, 2, 3, 4].map((i) => names(shardOf(chunks, i, 4)));
    expect(shards.flat().sort()).toEqual(names(chunks).sort());
  });

  it('draws a limit from each group, the same for one seed, another for another', async () => {
    const of = async (seed: number) =>
      names((await makeCatalogue(cases, checkSettings({ limit: 5, seed }))).chunks);
    const drawn = await of(1);
    expect(drawn).toHaveLength(10);
    expect(drawn.filter((n) => n.startsWith('c'))).toHaveLength(5);
    expect(await of(1)).toEqual(drawn);
    expect(await of(2)).not.toEqual(drawn);
  });

  it('keeps a case that cannot be read, so that the run can say why', async () => {
    const { chunks, digest, unreadable } = await makeCatalogue([entry('e', 'z')], checkSettings({}));
    expect(unreadable.map(({ entry: { case: name }, error }) => [name, String(error)])).toEqual([
      ['e', 'Error: opened'],
    ]);
    expect(chunks.map(({ entry: { case: name }, tasks }) => [name, tasks.length])).toEqual([['e', 0]]);
    expect(digest).not.toBe((await makeCatalogue([entry('f', 'z')], checkSettings({}))).digest);
  });
});

describe('spacing', () => {
  const at = (name: string, group: string, spacingKnown: boolean) => ({
    ...entry(name, group, { liver: 1 }),
    spacingKnown,
  });

  it('of some images of a group alone is refused, with those that have none', async () => {
    const mixed = [at('a', 'x', true), at('p1', 'x', false), at('p2', 'x', false), at('q', 'y', true)];
    await expect(makeCatalogue(mixed, checkSettings({}))).rejects.toThrow(
      /2 of the 3 images of x are PNGs without a spacing \(p1, p2\): their distances are in pixels, the others' in mm/,
    );
    // Groups stand apart in every mean of distances.
    const apart = [at('a', 'x', true), at('p1', 'y', false)];
    const { groups } = await makeCatalogue(apart, checkSettings({}));
    expect(groups.map(({ spacingKnown }) => spacingKnown)).toEqual([true, false]);
    // What is not asked for mixes nothing.
    await makeCatalogue(mixed, checkSettings({ groups: ['y'] }));
  });
});

it('settings that cannot be evaluated are refused with their value', () => {
  for (const bad of [
    { clicks: [] },
    { clicks: [0, 1] },
    { clicks: [2, 2] },
    { seed: -1 },
    { limit: 0 },
    { minArea: 0.5 },
    { tolerance: 0 },
    { methods: ['disk', 'model', 'disk'] as const },
    { groups: [] },
  ]) {
    expect(() => checkSettings(bad)).toThrow(/evaluate: --/);
  }
  expect(() => checkSettings({ strategy: 'best' as 'ritm' })).toThrow(/best/);
});

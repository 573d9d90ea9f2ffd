import type { LabelledCase, LoadedCase } from '@clickseg/example-dataset/node';
import { type DenseRaster, raster } from '@clickseg/raster';
import { expect, it } from 'vitest';
import type { Method } from '../src/methods/method.ts';
import { annotate, seedOf } from '../src/run/annotate.ts';
import { evaluateChunk } from '../src/run/evaluate-chunk.ts';
import type { RecordLine } from '../src/run/record.ts';
import { checkSettings } from '../src/settings.ts';

const gt = raster(Uint8Array.of(0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0), [4, 4]);
const image = raster(new Float32Array(16), [4, 4]);
const work = { image, gt, spacing: { x: 2, y: 2 }, seed: 3 };

/** Answers with these masks, one a click. */
function scripted(masks: readonly string[]): { method: Method; closed: () => number; seen: number[] } {
  let closed = 0;
  const seen: number[] = [];
  const method: Method = {
    name: 'scripted',
    annotator: 'strategy',
    open: async () => ({
      async predict(clicks) {
        seen.push(clicks.length);
        return raster(Uint8Array.from(masks[clicks.length - 1], Number), [4, 4]) as DenseRaster<Uint8Array>;
      },
      close: async () => {
        closed++;
      },
    }),
  };
  return { method, closed: () => closed, seen };
}

const ROW = '0000010000000000';
const HALF = '0000011000000000';
const WHOLE = '0000011001100000';
const EMPTY = '0000000000000000';

it('scores each click, distances at the clicks asked for, in mm', async () => {
  const { method, seen } = scripted([ROW, HALF, WHOLE]);
  const scores = await annotate(method, work, checkSettings({ clicks: [1, 2, 3] }));
  // By hand: 1, 2 and 4 of 4 pixels; Dice 2 * 1 / 5, 2 * 2 / 6, 1.
  expect(scores.dice).toEqual([0.4, 0.666667, 1]);
  // One pixel against a 2 x 2 square: its far corner is a diagonal away. A row: the other one, 2 mm.
  expect(scores.hausdorff).toEqual([2.8284, 2, 0]);
  expect(seen).toEqual([1, 2, 3]);
});

it('gives a method no spacing where none is known, and measures in pixels', async () => {
  const { method } = scripted([ROW, HALF, WHOLE]);
  const opened: unknown[] = [];
  const open: Method['open'] = (given, spacing) => {
    opened.push(spacing);
    return method.open(given, spacing);
  };
  const settings = checkSettings({ clicks: [1, 2, 3] });
  const at = async (spacingKnown: boolean) => {
    const volume = (data: DenseRaster['data']) => ({
      data,
      shape: [1, 4, 4] as const,
      spacing: { x: 2, y: 2, z: 1 },
    });
    const load = async () => ({ image: volume(image.data), label: volume(gt.data) }) as unknown as LoadedCase;
    const entry = {
      case: 'a',
      group: 'g',
      patient: 'p',
      labels: {},
      spacingKnown,
      load,
    } as unknown as LabelledCase;
    const chunk = { number: 0, part: 0, entry, contents: '', tasks: [{ structure: 's', id: 1, nth: 0 }] };
    const context = { settings, methods: [{ ...method, open }], load, folder: '' };
    const lines: RecordLine[] = [];
    for await (const line of evaluateChunk(chunk, context)) lines.push(line);
    return lines;
  };
  expect(await at(true)).toMatchObject([{ hausdorff: [2.8284, 2, 0] }]);
  expect(await at(false)).toMatchObject([{ hausdorff: [expect.closeTo(Math.SQRT2, 4), 1, 0] }]);
  expect(opened).toEqual([{ x: 2, y: 2 }, undefined]);
});

it('ends once nothing is wrong and keeps the last score', async () => {
  const { method, seen, closed } = scripted([HALF, WHOLE]);
  const scores = await annotate(method, work, checkSettings({ clicks: [1, 2, 5, 10] }));
  expect(seen).toEqual([1, 2]);
  expect(scores.dice).toEqual([0.666667, 1]);
  expect(scores.hausdorff).toEqual([2, 0, 0, 0]);
  expect(scores.clicks).toHaveLength(2);
  expect(closed()).toBe(1);
});

it('keeps distances to an empty mask undefined', async () => {
  const scores = await annotate(scripted([EMPTY, HALF]).method, work, checkSettings({ clicks: [1, 2] }));
  expect(scores.dice).toEqual([0, 0.666667]);
  expect(scores.hausdorff).toEqual([null, 2]);
  expect(scores.meanDistance[0]).toBeNull();
});

it('closes what it opened when a prediction fails', async () => {
  const { method, closed } = scripted([ROW]);
  await expect(annotate(method, work, checkSettings({ clicks: [2] }))).rejects.toThrow();
  expect(closed()).toBe(1);
});

it('gives each structure its own seed, always the same', () => {
  const seeds = [
    seedOf(4242, 'a', 1, 'liver'),
    seedOf(4242, 'a', 2, 'liver'),
    seedOf(4242, 'a', 1, 'spleen'),
    seedOf(1, 'a', 1, 'liver'),
  ];
  expect(new Set(seeds).size).toBe(4);
  // FNV-1a of '4242/a/1/liver', by Python.
  expect(seeds[0]).toBe(2884061162);
});

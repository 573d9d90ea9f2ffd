import { expect, it, vi } from 'vitest';
import { clicksJson } from '../src/export/clicks-json.ts';
import { type Scan, structures } from '../src/state/store.ts';
import { newStructure, type Structure, untouched } from '../src/state/structure.ts';

const { writeClicks } = vi.hoisted(() => ({ writeClicks: vi.fn() }));
vi.mock('../src/engine/predict.ts', () => ({ writeClicks }));

it('writes the locks of the structures that it was given, whatever is there by then', async () => {
  const mask = { x: 0, y: 0, width: 1, height: 1, data: new Uint8Array([1]), pixels: 1 };
  const lock: Structure = {
    ...newStructure([]),
    locked: true,
    slices: new Map([[1, { ...untouched(), mask }]]),
  };
  const clicks = [{ id: 1, x: 2, y: 2, label: 'foreground' }] as const;
  const work = { ...untouched(), clicks };
  const own: Structure = { ...newStructure([lock]), slices: new Map([0, 1].map((at) => [at, work])) };
  structures.value = [lock, own];
  // Another scan is opened while the first slice is written.
  writeClicks.mockImplementation(async () => {
    structures.value = [newStructure([])];
    return {};
  });
  await clicksJson({} as Scan, structures.value);
  expect(writeClicks.mock.calls.map(([, , at, , locked]) => [at, locked])).toEqual([
    [0, []],
    [1, [mask]],
  ]);
});

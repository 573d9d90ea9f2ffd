import { expect, it } from 'vitest';
import {
  countCarried,
  countClicks,
  newStructure,
  type Structure,
  untouched,
} from '../src/state/structure.ts';

it('has a colour for any number of structures', () => {
  const all: Structure[] = [];
  for (let i = 0; i < 2000; i++) all.push(newStructure(all));
  expect(new Set(all.slice(0, 600).map(({ color }) => color)).size).toBe(600);
});

it('gives each of many structures a colour of its own, far from the one before', () => {
  const all: Structure[] = [];
  for (let i = 0; i < 60; i++) all.push(newStructure(all));
  const colors = all.map(({ color }) => color);
  expect(new Set(colors).size).toBe(60);
  const parts = colors.map((color) => {
    expect(color).toMatch(/^#[0-9a-f]{6}$/);
    return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  });
  for (let i = 1; i < 60; i++) {
    const far = Math.hypot(...(parts[i] ?? []).map((value, k) => value - (parts[i - 1]?.[k] ?? 0)));
    expect(far, `${colors[i - 1]} ${colors[i]}`).toBeGreaterThan(60);
  }
});

it('counts the clicks that were placed, not those that a carried or loaded mask came with', () => {
  const at = (id: number) => ({ id, x: 1, y: 1, label: 'foreground' }) as const;
  const slices = new Map([
    [0, { ...untouched(), clicks: [at(1), at(2)] }],
    [1, { ...untouched(), clicks: [at(1)], given: [1], source: 'carried' as const }],
    // As an older version kept it.
    [2, { ...untouched(), clicks: [at(1)], source: 'carried' as const }],
    // Carried, and corrected since.
    [3, { ...untouched(), clicks: [at(1), at(2)], given: [1] }],
  ]);
  const structure = { ...newStructure([]), slices };
  expect([countClicks(structure), countCarried(structure)]).toEqual([3, 2]);
});

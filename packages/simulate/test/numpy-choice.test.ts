import { readFileSync } from 'node:fs';
import { raster } from '@clickseg/raster';
import { describe, expect, it } from 'vitest';
import { nextClick } from '../src/index.ts';

interface Row {
  shape: number[];
  gt: string;
  picks: [number, number][];
}
const rows: Row[] = JSON.parse(
  readFileSync(new URL('./fixtures/monai-choice.json', import.meta.url), 'utf8'),
);

describe("NumPy's very choice, also where the last digit decides", () => {
  it.each(rows.map((r, i) => ({ ...r, i })))('mask $i of $shape', ({ shape, gt, picks }) => {
    const mask = raster(Uint8Array.from(gt, Number), shape);
    const strides = [1, shape[shape.length - 1], shape[shape.length - 1] * shape[shape.length - 2]];
    const flat = picks.map(([u]) => {
      const c = nextClick(mask, undefined, { strategy: 'monai', random: () => u });
      return [u, (c?.z ?? 0) * strides[2] + (c?.y ?? 0) * strides[1] + (c?.x ?? 0)];
    });
    expect(flat).toEqual(picks);
  });
});

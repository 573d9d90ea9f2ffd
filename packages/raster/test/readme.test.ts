import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { chamferDistance, connectedComponents, euclideanDistance, raster } from '../src/index.ts';

test('the sample of the README runs as written', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const here = readFileSync(new URL(import.meta.url), 'utf8');
  const sample = /```ts\nimport .*\n([^`]+)```/.exec(readme)![1].trimEnd().split('\n');
  for (const line of sample) expect(here).toContain(line);

  const mask = raster(Uint8Array.of(0, 1, 1, 0, 1, 1), [2, 3]);
  const mm = euclideanDistance(mask, { spacing: { x: 0.7, y: 0.9 } }); // mm to the nearest background pixel
  const steps = chamferDistance(mask, { weights: 'chessboard' }); // whole steps, as MONAI's DeepGrow
  const { count, sizes } = connectedComponents(mask);

  expect([...mm.data]).toEqual([0, 0.7, 1.4, 0, 0.7, 1.4]);
  expect([...steps.data]).toEqual([0, 1, 2, 0, 1, 2]);
  expect([count, ...sizes]).toEqual([1, 2, 4]);
});

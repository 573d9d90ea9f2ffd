import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createSegmenter } from '../src/index.ts';
import { nodeBackend } from '../src/node/index.ts';
import { describedModel } from './support.ts';

it('runs the sample at the top of the README as written', async () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, sample] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  const body = sample.replace(/^import .*$/gm, '');
  const printed: unknown[][] = [];
  const names = {
    readFile: async () => describedModel(JSON.stringify({ name: 'golden', spacing: 1.5, maxSize: 320 })),
    createSegmenter,
    nodeBackend,
    console: { log: (...values: unknown[]) => printed.push(values) },
  };
  const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
  await new AsyncFunction(...Object.keys(names), body)(...Object.values(names));
  const [[mask, contours, area]] = printed;
  expect(mask).toHaveLength(512 * 512);
  expect(contours).toEqual([]);
  expect(area).toMatch(/^[\d.]+ mm2$/);
});

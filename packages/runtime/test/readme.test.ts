import { readFileSync } from 'node:fs';
import { transform } from 'esbuild';
import { expect, it } from 'vitest';
import { createSegmenter } from '../src/index.ts';
import { nodeBackend } from '../src/node/index.ts';
import { describedModel, picture } from './support.ts';

it('runs the sample at the top of the README as written', async () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, sample] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  expect(sample).toContain('soft tissue in air');
  const { code: body } = await transform(sample.replace(/^import .*$/gm, ''), {
    loader: 'ts',
    supported: { 'top-level-await': true },
  });
  const printed: unknown[][] = [];
  const names = {
    readFile: async () => describedModel(JSON.stringify({ name: 'golden', spacing: 1.5, maxSize: 320 })),
    createSegmenter,
    nodeBackend,
    console: { log: (...values: unknown[]) => printed.push(values) },
  };
  const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
  await new AsyncFunction(...Object.keys(names), body)(...Object.values(names));
  const [[shape, contours, area]] = printed;
  expect(shape).toEqual([512, 512]);
  // The random network's answer lies below the default threshold everywhere.
  expect(contours).toBe(0);
  expect(area).toMatch(/^[\d.]+ mm2$/);
});

it('the worker of the README that runs everything says what failed, begins anew, and leaves out superseded clicks', async () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, sample] = /```ts\n(\/\/ whole-worker\.ts[\s\S]*?)```/.exec(readme) ?? [];
  const { code } = await transform(sample.replace(/^import .*$/gm, ''), { loader: 'ts' });
  const posted: { mask?: { shape: number[] }; error?: string }[] = [];
  let heed = async (_: { data: unknown }) => {};
  let offline = true;
  const names = {
    addEventListener: (_: string, listener: typeof heed) => {
      heed = listener;
    },
    postMessage: (message: (typeof posted)[number]) => posted.push(message),
    fetchModel: async () => {
      if (offline) throw new Error('offline');
      return { data: describedModel() };
    },
    webBackend: () => nodeBackend({ threads: 1 }),
    createSegmenter,
  };
  new Function(...Object.keys(names), code)(...Object.values(names));
  const send = (x: number) =>
    heed({ data: { url: 'u', image: picture(32, 32), click: { x, y: 9, label: 'foreground' } } });
  await send(9);
  expect(posted).toEqual([{ error: 'offline' }]);
  offline = false;
  await send(9);
  // Of three at once the first runs, and the last waits in the place of the second.
  await Promise.all([send(10), send(11), send(12)]);
  expect(posted.map(({ mask, error }) => error ?? mask?.shape)).toEqual([
    'offline',
    ...[0, 1, 2].map(() => [32, 32]),
  ]);
  await send(99);
  expect(posted.at(-1)?.error).toContain('outside the image');
  await send(13);
  expect(posted.at(-1)?.mask?.shape).toEqual([32, 32]);
});

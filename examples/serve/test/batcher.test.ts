import { expect, it } from 'vitest';
import { BATCH_DEFAULTS, createBatcher, type RunBatch } from '../src/batcher.ts';
import { createServer } from '../src/serve.ts';
import { fakeModel, inferBody, zeros } from './fake-model.ts';

/** Counts of images of the runs, by the side of their images. */
function counted() {
  const ran: string[] = [];
  const run: RunBatch = (work) => {
    ran.push(`${work.count} of ${work.h}`);
    return zeros(work);
  };
  return { ran, run };
}

const images = (side: number, count = 1) => ({
  data: new Float32Array(side * side * count),
  ...{ count, h: side, w: side, outputs: ['y'] },
});

it('a batch ends where its pixels do, and one that takes no more waits for no company', async () => {
  const { ran, run } = counted();
  const batcher = createBatcher(run, { ...BATCH_DEFAULTS, maxPixels: 600, maxDelay: 60_000 });
  await Promise.all([16, 16, 16, 16].map((side) => batcher.run(images(side))));
  expect(ran).toEqual(['2 of 16', '2 of 16']);
});

it('a request of more pixels than a batch may have runs alone', async () => {
  const { ran, run } = counted();
  const batcher = createBatcher(run, { ...BATCH_DEFAULTS, maxPixels: 600 });
  await Promise.all([images(16, 3), images(16), images(32), images(32)].map((work) => batcher.run(work)));
  expect(ran).toEqual(['3 of 16', '1 of 16', '1 of 32', '1 of 32']);
});

it.each([
  [512, ['1 of 512', '1 of 512']],
  [128, ['2 of 128']],
])('of two images with sides of %i a server makes the runs %j', async (side, runs) => {
  const { ran, run } = counted();
  const app = createServer(fakeModel(run), { name: 'ct', maxBatch: 2, maxDelay: 60_000 });
  const { body: payload, headers } = inferBody(side);
  const infer = () => app.inject({ method: 'POST', url: '/v2/models/ct/infer', payload, headers });
  const answers = await Promise.all([infer(), infer()]);
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
  expect(ran).toEqual(runs);
});

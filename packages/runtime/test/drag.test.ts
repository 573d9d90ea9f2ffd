import { describe, expect, it } from 'vitest';
import { createSegmenter } from '../src/index.ts';
import { nodeBackend } from '../src/node/index.ts';
import { fakeBackend, metadata, onnx, picture } from './support.ts';

const at = (x: number, y: number) => ({ x, y, label: 'foreground' }) as const;
const tick = () => new Promise((resolve) => setImmediate(resolve));
const path = Array.from({ length: 200 }, (_, i) => ({ x: 2 + (i % 36), y: 2 + Math.floor(i / 6) }));

describe('a drag of 200 moves', () => {
  it('never queues more than one prediction behind the running one', async () => {
    const { backend, calls, hold, release, free } = fakeBackend();
    const segmenter = await createSegmenter({ model: { data: onnx, metadata }, backend });
    const interaction = await segmenter.open(picture(40, 40));
    const id = interaction.add(at(1, 1));
    const warmUps = calls.runs;
    hold();
    let open = 0;
    let most = 0;
    let aborted = 0;
    const answers: Promise<unknown>[] = [];
    for (const [i, to] of path.entries()) {
      interaction.move(id, to);
      open++;
      const answer = interaction.predict();
      answers.push(
        answer.catch((error: Error) => (error.name === 'AbortError' ? aborted++ : Promise.reject(error))),
      );
      answer.then(
        () => open--,
        () => open--,
      );
      await tick();
      most = Math.max(most, open);
      // At 60 moves a second a network of 50 ms ends at every third.
      if (i % 3 === 2) await release();
    }
    free();
    const last = await interaction.predict();
    await Promise.all(answers);
    expect(most).toBe(2);
    expect([calls.mostRunning, calls.runs - warmUps <= 200 / 3 + 3, aborted > 100]).toEqual([1, true, true]);
    const end = path[199];
    expect([last.mask.data[end.y * 40 + end.x], last.clicks[0].x]).toEqual([1, end.x]);
  });

  it('ends with the mask of a fresh prediction of the last clicks', async () => {
    const backend = nodeBackend({ threads: 1 });
    const segmenter = await createSegmenter({ model: { data: onnx, metadata }, backend });
    const dragged = await segmenter.open(picture(40, 40));
    const id = dragged.add(at(1, 1));
    dragged.add({ x: 20, y: 20, label: 'background' });
    const answers: Promise<unknown>[] = [];
    for (const to of path) {
      dragged.move(id, to);
      answers.push(dragged.predict());
      await tick();
    }
    const outcome = await Promise.allSettled(answers);
    const last = outcome[199];
    const fresh = await segmenter.open(picture(40, 40));
    fresh.add({ ...path[199], label: 'foreground' });
    fresh.add({ x: 20, y: 20, label: 'background' });
    const { probability } = await fresh.predict();
    if (last.status === 'rejected') throw last.reason;
    expect(last.value).toMatchObject({ probability: { data: probability.data } });
    await segmenter.dispose();
  });
});

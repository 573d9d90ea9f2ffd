import { describe, expect, it } from 'vitest';
import { createSegmenter } from '../../src/index.ts';
import { openVolume, type PropagationStep, propagate } from '../../src/volume/index.ts';
import { fakeBackend, metadata, onnx, picture } from '../support.ts';

const tagged = (code: string) => expect.objectContaining({ code });
const side = 24;
// A bright square of 5 x 5 that moves by a column a slice: of the masks of two slices 20 pixels of 25 agree.
const square = (z: number, columns = 5) =>
  picture(side, side, (y, x) => Number(y >= 9 && y < 14 && x >= 6 + z && x < 6 + z + columns));

/** Slices 1 to 6 of 8 show the square; the network answers with what is bright around the clicks. */
async function stack(columns: (z: number) => number = () => 5) {
  const data = new Float32Array(8 * side * side);
  for (let z = 1; z < 7; z++) data.set(square(z, columns(z)).data, z * side * side);
  const fake = fakeBackend({ answer: (image, near) => (image > 1 && near > 0.01 ? 1 : 0) });
  const model = { data: onnx, metadata: { ...metadata, threshold: 0.5 } };
  const segmenter = await createSegmenter({ model, backend: fake.backend });
  const volume = openVolume(segmenter, { data, shape: [8, side, side] }, { spacing: [4, 1, 1] });
  return { ...fake, segmenter, volume };
}

const collect = async (steps: AsyncIterable<PropagationStep>) => {
  const list: PropagationStep[] = [];
  for await (const step of steps) list.push(step);
  return list;
};

describe('propagate', () => {
  it('follows a structure both ways until it ends', async () => {
    const { volume } = await stack();
    const progress: string[] = [];
    const steps = await collect(
      propagate(volume, 4, square(4), { onProgress: ({ done, total }) => progress.push(`${done}/${total}`) }),
    );
    expect(steps.map(({ index }) => index)).toEqual([5, 6, 7, 3, 2, 1, 0]);
    expect(steps.map(({ kept }) => kept)).toEqual([true, true, false, true, true, true, false]);
    expect(steps.map(({ stopped }) => stopped ?? '')).toEqual(['', '', 'empty', '', '', '', 'empty']);
    expect(progress).toEqual(['1/7', '2/7', '3/7', '4/7', '5/7', '6/7', '7/7']);
    const kept = steps.filter((step) => step.kept);
    for (const { index, prediction, dice } of kept) {
      expect(Array.from(prediction.mask.data)).toEqual(Array.from(square(index).data));
      expect(dice).toBeCloseTo(0.8, 12);
    }
    const { volume: mm3 } = volume.measure([square(4), ...kept.map(({ prediction }) => prediction.mask)]);
    expect(mm3).toBe(6 * 25 * 4);
  });

  it('stops where the structure jumps, at the limit and at the frame', async () => {
    const { volume } = await stack((z) => (z === 5 ? 1 : 5));
    const [last, ...more] = await collect(propagate(volume, 4, square(4), { direction: 'forward' }));
    // 5 of 1 x 5 pixels lie in both: Dice 10 / 30, unless the slice's square has left the mask.
    expect(last).toMatchObject({ index: 5, stopped: 'changed', kept: false, done: 1, total: 1 });
    expect(last.dice).toBeCloseTo(1 / 3, 12);
    expect(more).toEqual([]);
    const two = await collect(propagate(volume, 4, square(4), { direction: 'backward', slices: 2 }));
    expect(two.map(({ stopped }) => stopped)).toEqual([undefined, 'limit']);
    const edge = await collect(propagate(volume, 6, square(6), { direction: 'forward', slices: 1 }));
    expect(edge[0]).toMatchObject({ index: 7, stopped: 'empty' });
    expect(await collect(propagate(volume, 7, square(7), { direction: 'forward' }))).toEqual([]);
  });

  it('says that it came to the frame', async () => {
    const { segmenter } = await stack();
    const data = Float32Array.from([...square(0).data, ...square(0).data]);
    const volume = openVolume(segmenter, { data, shape: [2, side, side] });
    expect(await collect(propagate(volume, 0, square(0)))).toEqual([
      expect.objectContaining({ index: 1, stopped: 'edge', kept: true, dice: 1 }),
    ]);
  });

  it('gives clicks to go on from', async () => {
    const { volume } = await stack();
    for await (const { index, json, prediction } of propagate(volume, 4, square(4), { slices: 1 })) {
      const again = await volume.open(index);
      again.fromJSON(json);
      expect((await again.predict()).mask.data).toEqual(prediction.mask.data);
      expect(again.clicks.length).toBeLessThanOrEqual(3);
      // The caller may do with a step's mask what they like.
      prediction.mask.data.fill(0);
    }
  });

  it('ends when the loop is left, and when it is aborted', async () => {
    const { volume, calls, segmenter } = await stack();
    for await (const { index } of propagate(volume, 4, square(4))) if (index === 5) break;
    const runs = calls.runs;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(calls.runs).toBe(runs);
    const controller = new AbortController();
    const reason = new Error('next patient');
    const seen: number[] = [];
    const all = (async () => {
      for await (const { index } of propagate(volume, 4, square(4), { signal: controller.signal })) {
        seen.push(index);
        controller.abort(reason);
      }
    })();
    await expect(all).rejects.toBe(reason);
    expect(seen).toEqual([5]);
    await segmenter.dispose();
    expect(calls.disposals).toBe(1);
    await expect(collect(propagate(volume, 4, square(4)))).rejects.toThrow(tagged('disposed'));
  });

  it('refuses bad input at once', async () => {
    const { volume } = await stack();
    const call = (...[index, mask, options]: [number, ReturnType<typeof picture>, object?]) => {
      return () => propagate(volume, index, mask, options);
    };
    for (const none of [null, {}] as never[])
      expect(() => propagate(none, 1, square(1))).toThrow(tagged('invalid-option'));
    expect(call(9, square(0))).toThrow(tagged('invalid-point'));
    expect(call(1, picture(3, 3))).toThrow(tagged('shape-mismatch'));
    expect(
      call(
        1,
        picture(side, side, () => 0),
      ),
    ).toThrow(tagged('empty-mask'));
    for (const options of [
      { clicks: 0 },
      { target: 0 },
      { minDice: 2 },
      { slices: 0.5 },
      { direction: 'up' },
      { signal: {} },
      { onProgress: 5 },
      null as never,
    ]) {
      expect(call(1, square(1), options)).toThrow(tagged('invalid-option'));
    }
  });
});

import { describe, expect, it } from 'vitest';
import { createSegmenter } from '../src/index.ts';
import { fakeBackend, metadata, onnx, picture } from './support.ts';

const at = (x: number, y: number) => ({ x, y, label: 'foreground' }) as const;
const tagged = (code: string) => expect.objectContaining({ code });
const aborted = expect.objectContaining({ name: 'AbortError' });

async function start(options: Parameters<typeof fakeBackend>[0] = {}) {
  const fake = fakeBackend(options);
  const segmenter = await createSegmenter({ model: { data: onnx, metadata }, backend: fake.backend });
  const interaction = await segmenter.open(picture(20, 20));
  return { ...fake, segmenter, interaction, warmUps: fake.calls.runs };
}

describe('latest wins', () => {
  it('runs the first and the newest of many, and rejects those in between as aborted', async () => {
    const { interaction, calls, hold, free, warmUps } = await start();
    const id = interaction.add(at(1, 1));
    hold();
    const answers = [interaction.predict()];
    for (let x = 2; x < 12; x++) {
      interaction.move(id, { x, y: 1 });
      answers.push(interaction.predict());
    }
    const settled = Promise.allSettled(answers);
    free();
    const outcome = await settled;
    expect(outcome.map(({ status }) => status[0]).join('')).toBe('frrrrrrrrrf');
    for (const { reason } of outcome.filter((o) => o.status === 'rejected')) expect(reason).toEqual(aborted);
    expect((await answers[0]).mask.data[20 + 1]).toBe(1);
    expect((await answers[10]).mask.data[20 + 11]).toBe(1);
    expect((await answers[10]).mask.data[20 + 1]).toBe(0);
    expect(calls.runs - warmUps).toBe(2);
  });

  it('predicts the clicks as they were at the call', async () => {
    const { interaction, hold, free } = await start();
    const id = interaction.add(at(1, 1));
    hold();
    const first = interaction.predict();
    const second = interaction.predict();
    interaction.move(id, { x: 15, y: 15 });
    free();
    for (const { mask, clicks } of await Promise.all([first, second])) {
      expect(mask.data[15 * 20 + 15]).toBe(0);
      expect(clicks[0].x).toBe(1);
    }
  });

  it('runs one at a time however many interactions ask, and answers each', async () => {
    const { segmenter, calls } = await start();
    const interactions = await Promise.all(Array.from({ length: 10 }, () => segmenter.open(picture(20, 20))));
    const answers = interactions.flatMap((interaction, i) => {
      interaction.add(at(i, 2 * i));
      return Array.from({ length: 10 }, () => interaction.predict());
    });
    const outcome = await Promise.allSettled(answers);
    expect(calls.mostRunning).toBe(1);
    interactions.forEach((interaction, i) => {
      const last = outcome[10 * i + 9];
      expect(last.status === 'fulfilled' && last.value.mask.data[2 * i * 20 + i]).toBe(1);
      expect(interaction.clicks).toHaveLength(1);
    });
  });

  it('goes on after a failed run, with the clicks kept', async () => {
    let broken = false;
    const { interaction } = await start({ fail: () => (broken ? new Error('device lost') : undefined) });
    interaction.add(at(4, 4));
    broken = true;
    await expect(interaction.predict()).rejects.toThrow(tagged('backend-failed'));
    broken = false;
    expect((await interaction.predict()).mask.data[84]).toBe(1);
  });

  it('does not answer with NaN when the network does', async () => {
    let broken = false;
    const { interaction } = await start({ answer: () => (broken ? Number.NaN : 0) });
    interaction.add(at(4, 4));
    broken = true;
    await expect(interaction.predict()).rejects.toThrow(tagged('backend-failed'));
  });
});

describe('abort', () => {
  const reason = new Error('left the page');

  it('before: nothing runs', async () => {
    const { interaction, calls, warmUps } = await start();
    interaction.add(at(1, 1));
    await expect(interaction.predict({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(calls.runs).toBe(warmUps);
  });

  it('while waiting: it never runs', async () => {
    const { interaction, calls, hold, free, warmUps } = await start();
    interaction.add(at(1, 1));
    hold();
    const running = interaction.predict();
    const controller = new AbortController();
    const waiting = interaction.predict({ signal: controller.signal });
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    free();
    await running;
    await new Promise((resolve) => setImmediate(resolve));
    expect(calls.runs - warmUps).toBe(1);
  });

  it('during: rejects at once, and the next prediction waits for the run to end', async () => {
    const { interaction, calls, hold, free } = await start();
    const id = interaction.add(at(1, 1));
    hold();
    const controller = new AbortController();
    const running = interaction.predict({ signal: controller.signal });
    controller.abort(reason);
    await expect(running).rejects.toBe(reason);
    interaction.move(id, { x: 9, y: 9 });
    const next = interaction.predict();
    expect(calls.running).toBe(1);
    free();
    expect((await next).mask.data[9 * 20 + 9]).toBe(1);
    expect(calls.mostRunning).toBe(1);
  });

  it('after: changes nothing', async () => {
    const { interaction } = await start();
    interaction.add(at(1, 1));
    const controller = new AbortController();
    const { area } = await interaction.predict({ signal: controller.signal });
    controller.abort(reason);
    expect((await interaction.predict()).area).toBe(area);
  });
});

describe('dispose', () => {
  it('lets a running prediction end, rejects a waiting one, and leaves other interactions alone', async () => {
    const { segmenter, interaction, hold, free } = await start();
    const other = await segmenter.open(picture(20, 20));
    interaction.add(at(1, 1));
    other.add(at(2, 2));
    hold();
    const running = interaction.predict();
    const waiting = interaction.predict();
    const others = other.predict();
    const gone = interaction.dispose();
    await expect(waiting).rejects.toThrow(tagged('disposed'));
    free();
    expect((await running).mask.data[21]).toBe(1);
    await gone;
    expect((await others).mask.data[42]).toBe(1);
    await interaction.dispose();
  });

  it('makes every later call say so', async () => {
    const { interaction } = await start();
    const id = interaction.add(at(1, 1));
    const json = interaction.toJSON();
    await interaction.dispose();
    const calls: (() => unknown)[] = [
      () => interaction.add(at(1, 1)),
      () => interaction.move(id, { x: 2, y: 2 }),
      () => interaction.remove(id),
      () => interaction.clear(),
      () => interaction.undo(),
      () => interaction.redo(),
      () => interaction.lock(picture(20, 20)),
      () => interaction.unlock(),
      () => interaction.toJSON(),
      () => interaction.fromJSON(json),
      () => interaction.endGesture(),
    ];
    for (const call of calls) expect(call).toThrow(tagged('disposed'));
    await expect(interaction.predict()).rejects.toThrow(tagged('disposed'));
    await expect(interaction.from(picture(20, 20))).rejects.toThrow(tagged('disposed'));
  });
});

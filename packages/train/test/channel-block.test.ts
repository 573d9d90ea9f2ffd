import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { channelBlock, type OnnxRuntime, trainStep, unet } from '../src/index.ts';
import { trainingNetwork } from '../src/training/network.ts';

/** onnxruntime-node with another answer to `create`. */
const runtime = (create: OnnxRuntime['InferenceSession']['create']): OnnxRuntime => ({
  Tensor: ort.Tensor as unknown as OnnxRuntime['Tensor'],
  InferenceSession: { create },
});

const isBlocked = (model: Uint8Array) => Buffer.from(model).includes('com.microsoft.nchwc');

describe('the block of channels that a runtime wants', () => {
  it.runIf(process.arch === 'x64')('is 8 or 16 on this processor, and asked once', async () => {
    let created = 0;
    const counting = runtime((model, options) => {
      created++;
      return ort.InferenceSession.create(model, options);
    });
    expect([8, 16]).toContain(await channelBlock(counting));
    const before = created;
    await channelBlock(counting);
    expect(created).toBe(before);
  });

  it('is 1 where the operators are missing', async () => {
    const without = runtime((model, options) =>
      isBlocked(model)
        ? Promise.reject(new Error('no such operator'))
        : ort.InferenceSession.create(model, options),
    );
    expect(await channelBlock(without)).toBe(1);
  });

  it('is 1 where a step in that order has another gradient than the plain one', async () => {
    const wrong = runtime(async (model, options) => {
      const session = await ort.InferenceSession.create(model, options);
      if (!isBlocked(model)) return session;
      const run = session.run.bind(session);
      session.run = async (feeds: ort.InferenceSession.FeedsType) => {
        const out = await run(feeds);
        if (out.gradient) (out.gradient.data as Float32Array)[7] += 1;
        return out;
      };
      return session;
    });
    expect(await channelBlock(wrong)).toBe(1);
  });

  it('is 1 where only a network with a previous mask has another gradient in that order', async () => {
    const wrong = runtime(async (model, options) => {
      const session = await ort.InferenceSession.create(model, options);
      const run = session.run.bind(session);
      session.run = async (feeds: ort.InferenceSession.FeedsType) => {
        const out = await run(feeds);
        if (isBlocked(model) && feeds.x?.dims[1] === 4) (out.gradient.data as Float32Array)[7] += 1;
        return out;
      };
      return session;
    });
    expect(await channelBlock(wrong)).toBe(1);
  });

  it('must divide the channels of every layer', () => {
    const at = (width: number, block: number) => () =>
      trainStep(unet({ width }), { batch: 1, size: 16, block });
    expect(at(4, 16)).toThrow(/block 16 does not divide/);
    expect(at(16, 0)).toThrow(/block 0/);
    expect(at(16, 16)).not.toThrow();
  });

  it.runIf(process.arch === 'x64').each([
    [16, 'has', true],
    [4, 'cannot have', false],
  ])('is what a step of width %i %s, whole or in parts', async (width, _has, blocked) => {
    for (const microBatch of [4, 2]) {
      const models: Uint8Array[] = [];
      const recording = runtime((model, options) => {
        models.push(model);
        return ort.InferenceSession.create(model, options);
      });
      await channelBlock(recording);
      models.length = 0;
      const net = unet({ width, levels: 1 });
      const network = await trainingNetwork(net, recording, {
        batch: 4,
        microBatch,
        shape: [4, 4],
        threads: 1,
      });
      await network.dispose();
      expect(models.some(isBlocked)).toBe(blocked);
    }
  });
});

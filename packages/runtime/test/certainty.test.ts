import { describe, expect, it } from 'vitest';
import { createSegmenter, type ModelMetadataInput } from '../src/index.ts';
import { fakeBackend, onnx, picture } from './support.ts';

const logit = (p: number) => Math.log(p / (1 - p));
const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));

describe("a model's certainty", () => {
  const stubborn = { answer: (value: number) => (value > 0 ? 0.8 : 0.2) };
  const bright = picture(64, 64, (y, x) => (y >= 20 && y < 40 && x >= 20 && x < 40 ? 100 : 0));
  const base: ModelMetadataInput = { name: 'stubborn', spacing: 1 };
  const zoom = { overview: 32, window: 48, margin: 1.6 };

  async function masks(metadata: ModelMetadataInput) {
    const segmenter = await createSegmenter({
      model: { data: onnx, metadata },
      backend: fakeBackend(stubborn).backend,
    });
    const interaction = await segmenter.open(bright);
    interaction.add({ x: 30, y: 30, label: 'foreground' });
    interaction.add({ x: 41, y: 30, label: 'foreground' });
    interaction.add({ x: 22, y: 22, label: 'background' });
    const { mask } = await interaction.predict();
    await segmenter.dispose();
    return {
      missed: mask.data[30 * 64 + 41],
      spilled: mask.data[22 * 64 + 22],
      far: mask.data[30 * 64 + 50],
    };
  }

  it.each([
    ['one pass', base],
    ['two passes', { ...base, zoom }],
  ])('makes the mask obey its clicks: %s', async (_, metadata) => {
    expect(await masks(metadata)).toEqual({ missed: 0, spilled: 1, far: 0 });
    expect(await masks({ ...metadata, certainty: 0.9 })).toEqual({ missed: 1, spilled: 0, far: 0 });
  });

  it('reaches as far in the image as the Gaussian that the network got', async () => {
    // At 4 mm a working pixel a Gaussian of 2 is 8 image pixels wide; at 1 mm, 2.
    const reach = async (spacing: number) => {
      const segmenter = await createSegmenter({
        model: { data: onnx, metadata: { ...base, spacing, certainty: 0.9 } },
        backend: fakeBackend({ answer: () => 0.4 }).backend,
      });
      const interaction = await segmenter.open(picture(64, 64), { spacing: { x: 1, y: 1 } });
      interaction.add({ x: 32, y: 32, label: 'foreground' });
      const { probability } = await interaction.predict();
      await segmenter.dispose();
      return probability.data[32 * 64 + 40];
    };
    const fall = (sigma: number) =>
      sigmoid(logit(0.4) + (logit(0.9) - logit(0.4)) * Math.exp(-((8 / sigma) ** 2) / 2));
    expect(await reach(4)).toBeCloseTo(fall(8), 5);
    expect(await reach(1)).toBeCloseTo(fall(2), 5);
  });
});

import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { createSegmenter } from '../src/index.ts';
import { nodeBackend } from '../src/node/index.ts';
import { metadata, onnx, picture } from './support.ts';

/** The paper's map by its definition: a sum of Gaussians, scaled to 0..1 over the image. */
function gaussians(h: number, w: number, clicks: { x: number; y: number }[]): Float64Array {
  const map = new Float64Array(h * w);
  const g = (d: number) => (Math.abs(d) > 8 ? 0 : Math.exp(-(d * d) / 8));
  for (let i = 0; i < map.length; i++) {
    for (const { x, y } of clicks) map[i] += g((i % w) - x) * g(Math.floor(i / w) - y);
  }
  const most = Math.max(...map);
  return most === 0 ? map : map.map((v) => v / most);
}

it('equals a run put together by hand: z-score, maps, padding to 16, crop, threshold', async () => {
  const [h, w, H, W] = [40, 52, 48, 64];
  const image = picture(h, w);
  const mean = image.data.reduce((a, v) => a + v, 0) / (h * w);
  const deviation = Math.sqrt(image.data.reduce((a, v) => a + (v - mean) ** 2, 0) / (h * w));
  const foreground = gaussians(H, W, [
    { x: 10, y: 30 },
    { x: 12, y: 31 },
  ]);
  const background = gaussians(H, W, [{ x: 45, y: 3 }]);
  const input = new Float32Array(3 * H * W);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) input[y * W + x] = (image.data[y * w + x] - mean) / deviation;
  }
  input.set(foreground, H * W);
  input.set(background, 2 * H * W);
  const session = await InferenceSession.create(onnx);
  const { output } = await session.run({ input: new Tensor('float32', input, [1, 3, H, W]) });
  const expected = output.data as Float32Array;

  const segmenter = await createSegmenter({ model: { data: onnx, metadata }, backend: nodeBackend() });
  const interaction = await segmenter.open(image);
  interaction.add({ x: 10, y: 30, label: 'foreground' });
  interaction.add({ x: 12, y: 31, label: 'foreground' });
  interaction.add({ x: 45, y: 3, label: 'background' });
  const { probability, mask } = await interaction.predict();

  let worst = 0;
  let disagreeing = 0;
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const p = expected[y * W + x];
      worst = Math.max(worst, Math.abs(p - probability.data[y * w + x]));
      if (Math.abs(p - 0.442) > 1e-5 && mask.data[y * w + x] !== Number(p >= 0.442)) disagreeing++;
    }
  }
  expect(worst).toBeLessThan(1e-5);
  expect(disagreeing).toBe(0);
});

import * as ort from 'onnxruntime-node';
import { adamFactors, exportModel, initialWeights, trainStep, unet } from '../src/index.ts';

/** Times one training step and the click forward at width 16, 128 x 128, batch 16. */
const [width, size, batch, threads] = [16, 128, 16, 2];
const net = unet({ width });
const weights = initialWeights(net, Math.random);
const n = net.layout.parameterCount;
const option = { logSeverityLevel: 3, intraOpNumThreads: threads, interOpNumThreads: 1 } as const;
const f = (data: Float32Array, shape: readonly number[]) => new ort.Tensor('float32', data, shape);
const x = f(
  Float32Array.from({ length: batch * 3 * size * size }, () => Math.random() - 0.5),
  [batch, 3, size, size],
);
const target = f(
  Float32Array.from({ length: batch * size * size }, () => (Math.random() > 0.7 ? 1 : 0)),
  [batch, 1, size, size],
);
const median = (t: number[]) => t.sort((a, b) => a - b)[t.length >> 1];

async function time(name: string, model: Uint8Array, feeds: Record<string, ort.Tensor>, runs = 7) {
  const session = await ort.InferenceSession.create(model, option);
  await session.run(feeds);
  const times: number[] = [];
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    await session.run(feeds);
    times.push(performance.now() - start);
  }
  await session.release();
  console.log(
    `${name.padEnd(28)} ${median(times).toFixed(0)} ms, ${(median(times) / batch).toFixed(1)} ms a sample`,
  );
}

const { rate, correction } = adamFactors(1e-3, 1);
const zero = () => f(new Float32Array(n), [n]);
await time('training step', trainStep(net, { batch, size }), {
  x,
  target,
  parameters: f(weights.parameters, [n]),
  m: zero(),
  v: zero(),
  rate: f(new Float32Array([rate]), []),
  correction: f(new Float32Array([correction]), []),
});
await time('exported model', exportModel(net, weights), { input: x });

/**
 * Times one training step at width 16, 128 x 128, batch 16: as training runs it, and as a plain graph; and the click
 * forward. Arguments: threads (2), rounds (7). With one thread the processor time is the cost even on a busy machine.
 * `torch_step.py` beside it is PyTorch's step; RESULTS.md says how they are compared.
 *
 *     npx esbuild bench/step.ts --bundle --platform=node --format=esm --external:onnxruntime-node --outfile=dist/bench/step.mjs && node dist/bench/step.mjs
 */
import * as ort from 'onnxruntime-node';
import { adamFactors, channelBlock, exportModel, initialWeights, trainStep, unet } from '../src/index.ts';
import { sessionOptions } from '../src/training/session-options.ts';

const [threads = 2, rounds = 7] = process.argv.slice(2).map(Number);
const [width, size, batch] = [16, 128, 16];
const net = unet({ width });
const weights = initialWeights(net, Math.random);
const n = net.layout.parameterCount;
const f = (data: Float32Array, shape: readonly number[]) => new ort.Tensor('float32', data, shape);
const x = f(
  Float32Array.from({ length: batch * 3 * size * size }, () => Math.random() - 0.5),
  [batch, 3, size, size],
);
const target = f(
  Float32Array.from({ length: batch * size * size }, () => (Math.random() > 0.7 ? 1 : 0)),
  [batch, 1, size, size],
);
const { rate, correction } = adamFactors(1e-3, 1);
const zero = () => f(new Float32Array(n), [n]);
const feeds = {
  x,
  target,
  parameters: f(weights.parameters, [n]),
  m: zero(),
  v: zero(),
  rate: f(new Float32Array([rate]), []),
  correction: f(new Float32Array([correction]), []),
};

async function entry(name: string, model: Uint8Array, feeds: Record<string, ort.Tensor>) {
  const session = await ort.InferenceSession.create(model, sessionOptions(threads));
  await session.run(feeds);
  return { name, run: () => session.run(feeds), wall: [] as number[], processor: [] as number[] };
}
const block = await channelBlock(ort);
const entries = [
  await entry(`step, blocks of ${block}`, trainStep(net, { batch, size, block }), feeds),
  await entry('step, plain graph', trainStep(net, { batch, size }), feeds),
  await entry('exported model', exportModel(net, weights), { input: x }),
];
for (let round = 0; round < rounds; round++) {
  for (const { run, wall, processor } of entries) {
    const [begun, before] = [performance.now(), process.cpuUsage()];
    await run();
    const { user, system } = process.cpuUsage(before);
    wall.push(performance.now() - begun);
    processor.push((user + system) / 1000);
  }
}
const median = (t: number[]) => t.sort((a, b) => a - b)[t.length >> 1].toFixed(0);
for (const { name, wall, processor } of entries) {
  console.log(
    `${name.padEnd(20)} ${median(wall)} ms (least ${Math.min(...wall).toFixed(0)}), processor ${median(processor)} ` +
      `(least ${Math.min(...processor).toFixed(0)}), ${threads} threads`,
  );
}

/**
 * What `predict` costs above the bare run of the same tensors, medians (and the least) of one process:
 *
 *     npx esbuild bench/predict.ts --bundle --platform=node --format=esm --external:onnxruntime-node --outfile=dist/bench/predict.mjs && node dist/bench/predict.mjs
 */
import { readFileSync } from 'node:fs';
import { createSegmenter } from '../src/index.ts';
import { nodeBackend } from '../src/node/index.ts';

const path = process.argv[2] ?? '../../golden/cases/runtime/unet_w4_64x64.onnx';
const rounds = Number(process.argv[3] ?? 100);
const data = new Uint8Array(readFileSync(path));
const [h, w] = [512, 512];
const image = { data: Float32Array.from({ length: h * w }, (_, i) => Math.sin(i / 90) * 300), shape: [h, w] };
const median = (list: number[]) => list.sort((a, b) => a - b)[list.length >> 1];

for (const spacing of [1, 0.66]) {
  const metadata = { name: 'bench', spacing: spacing === 1 ? 1 : 1.5, threshold: 0.442 };
  const backend = nodeBackend();
  const segmenter = await createSegmenter({ model: { data, metadata }, backend });
  const interaction = await segmenter.open(image, { spacing: { x: spacing, y: spacing } });
  const id = interaction.add({ x: 200, y: 200, label: 'foreground' });
  interaction.add({ x: 300, y: 100, label: 'background' });
  const side = Math.ceil(Math.round((512 * spacing) / metadata.spacing) / 16) * 16;
  const session = await backend.load(data, {});
  const feed = {
    type: 'float32',
    data: new Float32Array(3 * side * side),
    dims: [1, 3, side, side],
  } as const;
  const parts = { bare: [], total: [], guidance: [], inference: [], resample: [] } as Record<
    string,
    number[]
  >;
  for (let i = 0; i < rounds; i++) {
    const begun = performance.now();
    await session.run({ input: feed }, { outputs: ['output'] });
    parts['bare'].push(performance.now() - begun);
    interaction.move(id, { x: 200 + (i % 50), y: 200 });
    const { timings } = await interaction.predict();
    for (const key of ['total', 'guidance', 'inference', 'resample'] as const) parts[key].push(timings[key]);
  }
  const show = (pick: (list: number[]) => number) =>
    Object.fromEntries(Object.entries(parts).map(([key, list]) => [key, pick(list).toFixed(2)]));
  console.log(`${h} x ${w}, network input ${side} x ${side} (ms, median of ${rounds})`, show(median));
  // Where the machine has other work to do, the least is nearer to the truth.
  console.log(
    'least',
    show((list) => Math.min(...list)),
  );
  await session.dispose();
  await segmenter.dispose();
}

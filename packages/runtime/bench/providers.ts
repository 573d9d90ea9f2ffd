/**
 * A drag of the only click and of a second one by each execution provider of onnxruntime-node, and whether the provider passes the
 * conformance suite: what to run on a machine with a GPU.
 *
 *     npx esbuild bench/providers.ts --bundle --platform=node --format=esm --external:onnxruntime-node --outfile=dist/bench/providers.mjs && node dist/bench/providers.mjs cpu webgpu
 */
import { readFileSync } from 'node:fs';
import { runConformance } from '../src/conformance/index.ts';
import { createSegmenter, type Interaction } from '../src/index.ts';
import { nodeBackend } from '../src/node/index.ts';
import { image } from './image.ts';

const WARM = 10;
const ROUNDS = 30;
const median = (list: readonly number[]) => [...list].sort((a, b) => a - b)[list.length >> 1];

async function drag(interaction: Interaction, x: number): Promise<string> {
  const id = interaction.add({ x, y: 256, label: 'foreground' });
  const times: number[] = [];
  for (let i = -WARM; i < ROUNDS; i++) {
    interaction.move(id, { x: x + ((i + WARM) % 12), y: 256 });
    const { timings } = await interaction.predict();
    if (i >= 0) times.push(timings.total);
  }
  return median(times).toFixed(1);
}

for (const provider of process.argv.length > 2 ? process.argv.slice(2) : ['cpu']) {
  const backend = () => nodeBackend({ executionProviders: [provider], threads: 2 });
  for (const form of ['model', 'compact']) {
    const data = new Uint8Array(readFileSync(`../model-ct/${form}.onnx`));
    const segmenter = await createSegmenter({ model: { data }, backend: backend() });
    const interaction = await segmenter.open(image, { spacing: { x: 0.7, y: 0.7 } });
    const [first, second] = [await drag(interaction, 190), await drag(interaction, 210)];
    console.log(`${provider}, ${form}: ${first} ms for the only click, ${second} for a second one`);
    await segmenter.dispose();
  }
  const { results } = await runConformance({ backend, tolerance: provider === 'cpu' ? 0 : 0.001 });
  const failed = results.filter(({ passed }) => !passed);
  const most = Math.max(...results.map(({ differing }) => differing));
  const how =
    failed.length === 0 ? 'passed' : failed.map(({ name, error }) => `${name}: ${error}`).join('; ');
  console.log(`${provider}, conformance: ${how}; at most ${most} of the pixels differ`);
}

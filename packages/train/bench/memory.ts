/**
 * Peak memory of one accumulated step of 16 images of 512 x 512 at width 16, for one micro-batch size (a process each,
 * since the peak never falls): node dist/bench/memory.mjs 2. Arguments: micro-batch, side, batch, steps; 16 128 16 5 is
 * what torch_step.py does.
 *
 *     npx esbuild bench/memory.ts --bundle --platform=node --format=esm --external:onnxruntime-node --outfile=dist/bench/memory.mjs
 */
import * as ort from 'onnxruntime-node';
import { initialWeights, unet } from '../src/index.ts';
import { trainingNetwork } from '../src/training/network.ts';

const [microBatch = 1, side = 512, batch = 16, steps = 1] = process.argv.slice(2).map(Number);
const net = unet();
const n = net.layout.parameterCount;
const state = { ...initialWeights(net, Math.random), m: new Float32Array(n), v: new Float32Array(n) };
const network = await trainingNetwork(net, ort, { batch, microBatch, shape: [side, side], threads: 2 });
const input = Float32Array.from({ length: batch * 3 * side * side }, Math.random);
const target = new Float32Array(batch * side * side).fill(1, 0, 1000);
const begun = performance.now();
for (let t = 1; t <= steps; t++) await network.step(state, input, target, t, 1e-4);
const seconds = (performance.now() - begun) / 1000 / steps;
const peak = process.resourceUsage().maxRSS / 1024 ** 2;
console.log(
  `micro-batch ${microBatch} of ${batch}, ${side} x ${side}: ${peak.toFixed(2)} GB, ${seconds.toFixed(1)} s a step`,
);

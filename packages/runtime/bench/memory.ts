/**
 * With the shipped model: heap and RSS over 1,000 predictions on one image and 50 times loading, opening, predicting and closing, after a
 * forced garbage collection each; writes bench/memory.svg.
 *
 *     npx esbuild bench/memory.ts --bundle --platform=node --format=esm --external:onnxruntime-node --outfile=dist/bench/memory.mjs && node --expose-gc dist/bench/memory.mjs
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createSegmenter, type Segmenter } from '../src/index.ts';
import { nodeBackend } from '../src/node/index.ts';

const data = new Uint8Array(readFileSync('../model-ct/model.onnx'));
const [h, w] = [256, 256];
const image = { data: Float32Array.from({ length: h * w }, (_, i) => Math.sin(i / 90) * 300), shape: [h, w] };

type Sample = { readonly heap: number; readonly buffers: number; readonly rss: number };
const mb = (n: number) => n / 2 ** 20;
async function sample(): Promise<Sample> {
  await new Promise((resolve) => setImmediate(resolve));
  globalThis.gc?.();
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  return { heap: mb(heapUsed), buffers: mb(arrayBuffers), rss: mb(rss) };
}
const load = (): Promise<Segmenter> =>
  createSegmenter({ model: { data }, backend: nodeBackend({ threads: 1 }) });

async function predictions(count: number, every: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  const segmenter = await load();
  const interaction = await segmenter.open(image);
  const id = interaction.add({ x: 1, y: 1, label: 'foreground' });
  for (let i = 0; i < count; i++) {
    interaction.move(id, { x: i % w, y: (i * 7) % h });
    await interaction.predict();
    if ((i + 1) % every === 0) samples.push(await sample());
  }
  await segmenter.dispose();
  return samples;
}

async function cycles(count: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (let i = 0; i < count; i++) {
    const segmenter = await load();
    const interaction = await segmenter.open(image);
    interaction.add({ x: 100, y: 100, label: 'foreground' });
    await interaction.predict();
    await interaction.dispose();
    await segmenter.dispose();
    samples.push(await sample());
  }
  return samples;
}

const SERIES = [
  ['rss', 'RSS', '#1b6ca8'],
  ['buffers', 'array buffers', '#c4661f'],
  ['heap', 'JavaScript heap', '#3a7d44'],
] as const;

function panel(samples: readonly Sample[], title: string, axis: string, step: number, left: number): string {
  const [width, height, top] = [330, 210, 60];
  const most = 50 * Math.ceil(Math.max(...samples.map(({ rss }) => rss)) / 50);
  const x = (i: number) => left + (width * i) / (samples.length - 1);
  const y = (v: number) => top + height - (height * v) / most;
  const grid = Array.from({ length: most / 50 + 1 }, (_, i) => 50 * i).map(
    (v) =>
      `<path d="M${left} ${y(v)}h${width}" stroke="#ddd"/><text x="${left - 6}" y="${y(v) + 4}" text-anchor="end">${v}</text>`,
  );
  const lines = SERIES.map(([key, label, colour], k) => {
    const points = samples.map((s, i) => `${x(i).toFixed(1)},${y(s[key]).toFixed(1)}`).join(' ');
    const last = samples[samples.length - 1][key];
    return `<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="2"/><text x="${left + [0, 75, 205][k]}" y="46" fill="${colour}">${label} ${last.toFixed(1)}</text>`;
  });
  const ticks = [0, samples.length - 1].map(
    (i) => `<text x="${x(i)}" y="${top + height + 18}" text-anchor="middle">${(i + 1) * step}</text>`,
  );
  const titles = `<text x="${left}" y="30" font-weight="bold">${title}</text><text x="${left + width / 2}" y="${top + height + 34}" text-anchor="middle">${axis}</text>`;
  return [titles, ...grid, ...ticks, ...lines].join('\n');
}

const settled = (samples: readonly Sample[]) => {
  const half = samples.slice(samples.length >> 1);
  return SERIES.map(([key, label]) => {
    const [a, b] = [half[0][key], half[half.length - 1][key]];
    return `${label} ${a.toFixed(1)} -> ${b.toFixed(1)} MB`;
  }).join(', ');
};

const first = await predictions(1000, 20);
const second = await cycles(50);
console.log(`predictions 500 to 1,000: ${settled(first)}`);
console.log(`cycles 25 to 50: ${settled(second)}`);
writeFileSync(
  'bench/memory.svg',
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 320" width="800" height="320" font-family="sans-serif" font-size="12">
<rect width="800" height="320" fill="white"/>
${panel(first, 'One image, 1,000 predictions (MB)', 'predictions', 20, 50)}
${panel(second, 'Load, open, predict, close (MB)', 'cycles', 1, 450)}
</svg>
`,
);

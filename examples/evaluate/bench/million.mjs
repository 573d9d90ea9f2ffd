// A million made-up interactions in four shards, merged and reported: how long, how much memory.
// `pnpm bench`, or after a build `node bench/million.mjs [records]`. KEEP=1 leaves the records where they are.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const total = Number(process.argv[2] ?? 1_000_000);
const SHARDS = 4;
const METHODS = ['model', 'model, random clicks', 'disk 10 mm', 'region growing'];
const STRUCTURES = [
  'spleen',
  'kidney_right',
  'kidney_left',
  'gallbladder',
  'esophagus',
  'liver',
  'stomach',
  'aorta',
  'vena_cava',
  'veins',
  'pancreas',
  'adrenal_right',
  'adrenal_left',
];
const SLICES = 40;
const CLICKS = [1, 2, 5, 10, 15];

const folder = mkdtempSync(join(tmpdir(), 'clickseg-million-'));
const patients = Math.ceil(total / (SLICES * STRUCTURES.length * METHODS.length));
const header = {
  format: 1,
  run: 'f'.repeat(64),
  about: {
    settings: {
      clicks: CLICKS,
      strategy: 'sakinis',
      seed: 4242,
      methods: ['model', 'random', 'disk', 'grow'],
      minArea: 1,
      tolerance: 1,
      diskRadius: 10,
    },
    models: [{ name: 'model', version: '1.0.0', sha256: '0'.repeat(64) }],
    methods: METHODS,
    data: '0'.repeat(64),
    structures: total / METHODS.length,
    chunks: 0,
    groups: ['a', 'b', 'c'].map((group) => ({
      group,
      source: 'made up',
      licence: 'CC0',
      spacingKnown: true,
    })),
  },
};

let state = 1;
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) | 0;
  return (state >>> 0) / 2 ** 32;
};
const round = (value, units) => Math.round(value * units) / units;

const files = Array.from({ length: SHARDS }, (_, i) =>
  join(folder, `interactions-${i + 1}-of-${SHARDS}.jsonl`),
);
const streams = files.map((file) => createWriteStream(file));
for (const stream of streams) stream.write(`${JSON.stringify(header)}\n`);
let written = 0;
for (let p = 0; p < patients && written < total; p++) {
  const stream = streams[p % SHARDS];
  const lines = [];
  for (let slice = 0; slice < SLICES; slice++) {
    for (const [id, structure] of STRUCTURES.entries()) {
      for (const [m, method] of METHODS.entries()) {
        if (written++ >= total) continue;
        const hard = random() * (1 + m) * 0.3;
        const dice = CLICKS.flatMap(() => [0, 0, 0]).map((_, n) =>
          round(Math.max(0, 1 - (hard * (0.5 + random())) / (n + 1)), 1e6),
        );
        const mm = () => CLICKS.map((n) => round((30 * hard * random()) / n, 1e4));
        lines.push(
          JSON.stringify({
            image: `case_${p}`,
            slice,
            structure,
            id: id + 1,
            group: 'abc'[p % 3],
            patient: `p${p}`,
            method,
            seed: (random() * 2 ** 32) >>> 0,
            area: Math.floor(random() * 5000),
            clicks: dice.map(() => [
              Math.floor(random() * 512),
              Math.floor(random() * 512),
              random() < 0.5 ? 1 : 0,
            ]),
            dice,
            hausdorff: mm(),
            meanDistance: mm(),
            surfaceDice: CLICKS.map((n) => dice[n - 1]),
            ms: round(random() * 900, 10),
          }),
        );
      }
    }
  }
  if (!stream.write(`${lines.join('\n')}\n`)) await once(stream, 'drain');
}
await Promise.all(streams.map((s) => new Promise((resolve) => s.end(resolve))));
const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
console.log(folder);
console.log(`${total} records of ${patients} patients, ${(bytes / 1e6).toFixed(0)} MB`);

const started = performance.now();
const child = spawn(
  process.execPath,
  [join(import.meta.dirname, '../dist/main.js'), 'merge', folder, '--out', folder, '--no-gallery'],
  { stdio: ['ignore', 'ignore', 'inherit'] },
);
let peak = 0;
const watch = setInterval(() => {
  try {
    peak = Math.max(
      peak,
      Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0),
    );
  } catch {
    // It has ended.
  }
}, 100);
const [code] = await once(child, 'exit');
clearInterval(watch);
console.log(
  `merged and reported in ${((performance.now() - started) / 1000).toFixed(1)} s, at most ${(peak / 1e6).toFixed(2)} GB resident, exit ${code}`,
);
if (!process.env.KEEP) rmSync(folder, { recursive: true });

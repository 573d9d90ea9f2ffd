// Times the distance fields on the arrays that the peers' script wrote, and prints the medians beside the
// peers' where their rows are given. Run it right after that script, on the same, otherwise idle machine:
//
//   mkdir -p /tmp/peers; python3 scripts/bench/peers.py /tmp/peers > /tmp/peers/rows.jsonl
//   npm run bench -- /tmp/peers            (or CLICKSEG_BENCH_ARRAYS=/tmp/peers npm run bench)
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bytesPerCall } from '../../../scripts/bench/bytes-per-call.mjs';
import { boundary, chamferDistance, connectedComponents, euclideanDistance, raster } from '../dist/index.js';

const folder = process.argv.slice(2).find((a) => !a.startsWith('-')) ?? process.env.CLICKSEG_BENCH_ARRAYS;
if (!folder || !existsSync(join(folder, 'manifest.json'))) {
  console.log('raster bench: skipped, no folder with peers’ arrays (argument or CLICKSEG_BENCH_ARRAYS)');
  process.exit(0);
}

const { cases } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
const rowsFile = join(folder, 'rows.jsonl');
const peers = existsSync(rowsFile)
  ? readFileSync(rowsFile, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line))
  : [];

const load = (name) =>
  raster(new Uint8Array(readFileSync(join(folder, cases[name].file))), cases[name].shape);
const organ = load('organ_gt');
const blobs = load('blobs');
const single = new Float32Array(512 * 512);
const double = new Float64Array(512 * 512);

const distance = (name, field) => `distance 512 ${name} ${field}`;
const rows = [];
for (const [name, mask, factors] of [
  ['organ_gt', organ, { chessboard: 1.5, 'chamfer 5x5': 1.5, euclidean: 2 }],
  ['blobs', blobs, { chessboard: 1 }],
]) {
  const add = (field, peer, work) => rows.push({ name, field, peer, work, least: factors[field] });
  for (const [kind, out] of [
    ['new', () => ({})],
    ['out', (o) => ({ out: o })],
  ]) {
    const c = (weights) => {
      const options = { weights, ...out(single) };
      return () => chamferDistance(mask, options);
    };
    const e = { ...out(double) };
    const f = { squared: false, ...out(single) };
    add('chessboard', 'opencv DIST_C', { kind, weights: 'chessboard', f: c('chessboard') });
    add('chamfer 3x3', 'opencv DIST_L2 3', { kind, weights: '3-4', f: c('3-4') });
    add('chamfer 3x3', 'opencv DIST_L2 3', { kind, weights: 'opencv-3x3', f: c('opencv-3x3') });
    add('chamfer 5x5', 'opencv DIST_L2 5', { kind, weights: '5-7-11', f: c('5-7-11') });
    add('chamfer 5x5', 'opencv DIST_L2 5', { kind, weights: 'opencv-5x5', f: c('opencv-5x5') });
    add('euclidean', 'opencv precise', { kind, weights: 'float64', f: () => euclideanDistance(mask, e) });
    if (kind === 'out') {
      add('euclidean', 'opencv precise', { kind, weights: 'float32', f: () => euclideanDistance(mask, f) });
    }
  }
}

function median(f, budget = Number(process.env.BENCH_MS ?? 1500)) {
  for (let i = 0; i < 50; i++) f();
  globalThis.gc?.();
  const times = [];
  const start = performance.now();
  while (times.length < 30 || (performance.now() - start < budget && times.length < 1000)) {
    const a = performance.now();
    f();
    times.push(performance.now() - a);
  }
  times.sort((a, b) => a - b);
  return { median: times[times.length >> 1], least: times[0] };
}

console.log(
  '| field, 512 x 512 | result | median ms | least ms | peer | its median | its least | by median | by least | asked |',
);
console.log('|---|---|---|---|---|---|---|---|---|---|');
for (const { name, field, peer, work, least } of rows) {
  const time = median(work.f);
  const other = peers.find((p) => p.task === distance(name, field) && p.peer === peer);
  const cells = [
    `${work.weights === 'float64' || work.weights === 'float32' ? `Euclidean ${work.weights}` : work.weights} of ${name}`,
    work.kind,
    time.median.toFixed(3),
    time.least.toFixed(3),
    peer,
    other?.median_ms.toFixed(3) ?? '-',
    other?.min_ms.toFixed(3) ?? '-',
    other ? `${(other.median_ms / time.median).toFixed(2)}x` : '-',
    other ? `${(other.min_ms / time.least).toFixed(2)}x` : '-',
    least && ['chessboard', '5-7-11', 'float64'].includes(work.weights) ? `${least}x` : '',
  ];
  console.log(`| ${cells.join(' | ')} |`);
}
for (const [what, f] of [
  ['connectedComponents of blobs', () => connectedComponents(blobs)],
  ['boundary of blobs', () => boundary(blobs)],
]) {
  const time = median(f);
  console.log(`| ${what} | new | ${time.median.toFixed(3)} | ${time.least.toFixed(3)} | | | | | | |`);
}

console.log('\n| after warm-up, bytes a call (one result: 1,048,576; float64: 2,097,152) | heap | buffers |');
console.log('|---|---|---|');
const nothing = () => {};
const measured = [
  ['nothing (what measuring itself takes)', nothing],
  ['chessboard of organ_gt, new', () => chamferDistance(organ, { weights: 'chessboard' })],
  ['chessboard of organ_gt, out', () => chamferDistance(organ, { weights: 'chessboard', out: single })],
  ['5-7-11 of organ_gt, out', () => chamferDistance(organ, { weights: '5-7-11', out: single })],
  ['chessboard of blobs, out', () => chamferDistance(blobs, { weights: 'chessboard', out: single })],
  ['Euclidean float64 of organ_gt, out', () => euclideanDistance(organ, { out: double })],
];
for (const [work, f] of measured) {
  for (let i = 0; i < 200; i++) f();
  const { heap, buffers } = await bytesPerCall(f, 3000, 50);
  console.log(`| ${work} | ${heap.toFixed(0)} | ${buffers.toFixed(0)} |`);
}

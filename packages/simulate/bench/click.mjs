// Times one simulated correction (gt and pred to click) on the arrays that the peers' script wrote, and
// prints the medians beside the peer's. Run it right after that script, on the same, otherwise idle machine:
//
//   /usr/bin/python3 peers.py /tmp/peers > /tmp/peers/rows.jsonl
//   npm run bench -- /tmp/peers            (or CLICKSEG_BENCH_ARRAYS=/tmp/peers npm run bench)
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nextClick, seededRandom } from './dist/simulate.js';

const folder = process.argv.slice(2).find((a) => !a.startsWith('-')) ?? process.env.CLICKSEG_BENCH_ARRAYS;
if (!folder || !existsSync(join(folder, 'manifest.json'))) {
  console.log('simulate bench: skipped, no folder with peers’ arrays (argument or CLICKSEG_BENCH_ARRAYS)');
  process.exit(0);
}
const { cases } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
const load = (name) => ({
  data: new Uint8Array(readFileSync(join(folder, cases[name].file))),
  shape: cases[name].shape,
});
const [gt, pred, volume, wrong] = ['organ_gt', 'organ_pred', 'volume_gt', 'volume_pred'].map(load);
const file = join(folder, 'rows.jsonl');
const lines = existsSync(file)
  ? readFileSync(file, 'utf8')
      .split('\n')
      .filter((l) => l.startsWith('{'))
  : [];
const peer = lines.map((l) => JSON.parse(l)).find((r) => r.task === 'simulated click 512')?.median_ms;

const random = seededRandom(1);
const rows = [
  ['correction, sakinis (chessboard)', () => nextClick(gt, pred, { random }), 10],
  ['correction, monai', () => nextClick(gt, pred, { random, strategy: 'monai' })],
  ['correction, ritm (exact Euclidean, both signs)', () => nextClick(gt, pred, { strategy: 'ritm' })],
  ['correction, sakinis 5-7-11', () => nextClick(gt, pred, { random, distance: '5-7-11' })],
  ['first click, sakinis', () => nextClick(gt, undefined, { random })],
  ['correction, 128 x 192 x 192, sakinis', () => nextClick(volume, wrong, { random })],
];
console.log(
  `numpy + scipy cdt: ${peer ?? '?'} ms\n\n| work | median ms | times faster | asked | kB allocated a call |\n|---|---|---|---|---|`,
);
for (const [name, work, least] of rows) {
  for (let i = 0; i < 60; i++) work();
  const times = [];
  const end = performance.now() + 2000;
  while (times.length < 15 || (performance.now() < end && times.length < 1000)) {
    const start = performance.now();
    work();
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const median = times[times.length >> 1];
  globalThis.gc?.();
  const before = process.memoryUsage();
  for (let i = 0; i < 20; i++) work();
  const after = process.memoryUsage();
  const grown = (after.heapUsed - before.heapUsed + after.arrayBuffers - before.arrayBuffers) / 20 / 1024;
  const faster = peer && !name.includes('192') ? (peer / median).toFixed(1) : '';
  console.log(`| ${name} | ${median.toFixed(3)} | ${faster} | ${least ?? ''} | ${grown.toFixed(1)} |`);
}

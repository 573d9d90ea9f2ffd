// Times one simulated correction (gt and pred to click) on the arrays that the peers' script wrote, and
// prints the medians beside the peer's. Run it right after that script, on the same, otherwise idle machine:
//
//   mkdir -p /tmp/peers; python3 scripts/bench/peers.py /tmp/peers > /tmp/peers/rows.jsonl
//   npm run bench -- /tmp/peers            (or CLICKSEG_BENCH_ARRAYS=/tmp/peers npm run bench)
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bytesPerCall } from '../../../scripts/bench/bytes-per-call.mjs';
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
const peer = lines.map((l) => JSON.parse(l)).find((r) => r.task === 'simulated click 512');

const random = seededRandom(1);
const rows = [
  ['correction, sakinis (chessboard)', () => nextClick(gt, pred, { random }), 10],
  ['correction, monai', () => nextClick(gt, pred, { random, strategy: 'monai' })],
  ['correction, ritm (exact Euclidean, both signs)', () => nextClick(gt, pred, { strategy: 'ritm' })],
  ['correction, sakinis 5-7-11', () => nextClick(gt, pred, { random, distance: '5-7-11' })],
  ['first click, sakinis', () => nextClick(gt, undefined, { random })],
  ['correction, 128 x 192 x 192, sakinis', () => nextClick(volume, wrong, { random })],
];

// Every kind of call is warmed up before any is timed, and for long enough that the optimising compiler has
// seen all of them: code shared between rows, once optimised for the first row alone, would be thrown away
// when the second row came, in the middle of its timing.
for (let round = 0; round < 4; round++) {
  for (const [, work] of rows) {
    for (let i = 0, until = performance.now() + 150; i < 20 || performance.now() < until; i++) work();
  }
}

/** Median and least of one call in milliseconds. */
function time(work, budget = 2000) {
  const times = [];
  const end = performance.now() + budget;
  while (times.length < 15 || (performance.now() < end && times.length < 4000)) {
    const start = performance.now();
    work();
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return { median: times[times.length >> 1], least: times[0] };
}

const ratio = (theirs, ours) => (theirs === undefined ? '' : `${(theirs / ours).toFixed(1)}x`);
console.log(
  `numpy + scipy cdt: median ${peer?.median_ms ?? '?'} ms, least ${peer?.min_ms ?? '?'} ms

| work | median ms | least ms | by median | by least | asked | heap bytes a call | buffer bytes a call |
|---|---|---|---|---|---|---|---|`,
);
for (const [name, work, asked] of rows) {
  const { median, least } = time(work);
  const flat = !name.includes('192');
  const { heap, buffers } = await bytesPerCall(work, flat ? 500 : 20, 20);
  const cells = [
    name,
    median.toFixed(3),
    least.toFixed(3),
    flat ? ratio(peer?.median_ms, median) : '',
    flat ? ratio(peer?.min_ms, least) : '',
    asked ? `${asked}x` : '',
    heap.toFixed(0),
    buffers.toFixed(0),
  ];
  console.log(`| ${cells.join(' | ')} |`);
}

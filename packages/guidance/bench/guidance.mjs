// Times guidance maps on the clicks that the peers' script wrote, beside the peers where their rows are given.
// Run it right after that script, on the same, otherwise idle machine:
//
//   mkdir -p /tmp/peers; python3 scripts/bench/peers.py /tmp/peers > /tmp/peers/rows.jsonl
//   npm run bench -- /tmp/peers            (or CLICKSEG_BENCH_ARRAYS=/tmp/peers npm run bench)
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bytesPerCall } from '../../../scripts/bench/bytes-per-call.mjs';
import { createGuidance, renderGuidance } from './dist/index.js';

const folder = process.argv.slice(2).find((a) => !a.startsWith('-')) ?? process.env.CLICKSEG_BENCH_ARRAYS;
if (!folder || !existsSync(join(folder, 'manifest.json'))) {
  console.log('guidance bench: skipped, no folder with peers’ arrays (argument or CLICKSEG_BENCH_ARRAYS)');
  process.exit(0);
}

const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
const rowsFile = join(folder, 'rows.jsonl');
const peers = existsSync(rowsFile)
  ? readFileSync(rowsFile, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line))
  : [];

const shape = [512, 512];
const clicksOf = (n) =>
  manifest.clicks
    .slice(0, 2 * n)
    .map(([y, x], i) => ({ x, y, label: i % 2 === 0 ? 'foreground' : 'background' }));
const out = new Float32Array(2 * 512 * 512);

/** Median and least of one call in milliseconds; calls shorter than the clock's grain go in groups. */
function time(f, group = 1, budget = 1500) {
  for (let i = 0; i < 300 * group; i++) f();
  globalThis.gc?.();
  const times = [];
  const start = performance.now();
  while (times.length < 30 || (performance.now() - start < budget && times.length < 2000)) {
    const a = performance.now();
    for (let i = 0; i < group; i++) f();
    times.push((performance.now() - a) / group);
  }
  times.sort((a, b) => a - b);
  return { median: times[times.length >> 1], least: times[0] };
}

/** A step of a drag: click `index` goes round a square of 20 pixels, a pixel a step. */
function drag(guidance, index) {
  const { id, x, y } = guidance.clicks[index];
  const left = Math.min(Math.max(0, x - 10), 490);
  const top = Math.min(Math.max(0, y - 10), 490);
  const path = Array.from({ length: 80 }, (_, i) => {
    const [side, at] = [Math.floor(i / 20), i % 20];
    const [dx, dy] = [
      [at, 0],
      [20, at],
      [20 - at, 20],
      [0, 20 - at],
    ][side];
    return { x: left + dx, y: top + dy };
  });
  let step = 0;
  return () => guidance.move(id, path[step++ % path.length]);
}

function guided(clicks) {
  const guidance = createGuidance({ shape });
  for (const click of clicks) guidance.add(click);
  return guidance;
}

const rows = [];
const add = (work, n, share, least, f, group) => rows.push({ work, n, share, least, f, group });
for (const n of [1, 5, 15]) {
  const clicks = clicksOf(n);
  add(`both maps, ${n} + ${n} clicks, fresh, lent memory`, n, 1, 10, () =>
    renderGuidance(clicks, { shape, out }),
  );
  add(`both maps, ${n} + ${n} clicks, fresh, new memory`, n, 1, n === 15 ? 10 : undefined, () =>
    renderGuidance(clicks, { shape }),
  );
}
// The worst case: every bell meets another, so that none can be copied.
const crowded = clicksOf(15).map(({ label }, i) => ({
  x: 100 + 8 * (i % 6),
  y: 100 + 8 * Math.floor(i / 6),
  label,
}));
add('both maps, 15 + 15 clicks that all overlap, fresh, lent memory', 15, 1, undefined, () =>
  renderGuidance(crowded, { shape, out }),
);
const step = drag(guided(clicksOf(15)), 0);
add('a drag step among 15 + 15 clicks', 15, 0.5, 50, step, 80);
// The worst case: the dragged click and another overlap, so that every step scales the whole map again.
const close = guided(clicksOf(15));
const { x, y } = close.clicks[0];
close.add({ x: Math.min(x, 490), y: Math.min(y, 490), label: 'foreground' });
add('the same, each step changing the scale of its map', 15, 0.5, undefined, drag(close, 0), 80);
add(
  'a click added and removed',
  15,
  0.5,
  undefined,
  (() => {
    const guidance = guided(clicksOf(15));
    return () => guidance.remove(guidance.add({ x: 256, y: 256, label: 'foreground' }));
  })(),
  40,
);
// What no code can go below: the maps' memory alone.
add('only clearing lent memory (2 MB)', 15, 1, undefined, () => out.fill(0));
add('only new, zeroed memory (2 MB)', 15, 1, undefined, () => new Float32Array(2 * 512 * 512));

console.log('| work, 512 x 512, sigma 2 | median ms | least ms | OpenCV GaussianBlur ms | faster | asked |');
console.log('|---|---|---|---|---|---|');
for (const { work, n, share, least, f, group } of rows) {
  const { median, least: best } = time(f, group);
  const peer = peers.find((p) => p.task === `guidance 512 ${n}+${n} clicks` && p.peer.startsWith('opencv'));
  // One map's share of the peer's row, which blurs two.
  const other = peer && peer.median_ms * share;
  const cells = [
    work,
    median.toFixed(4),
    best.toFixed(4),
    other ? other.toFixed(3) + (share === 1 ? '' : ' (one map)') : '',
    other ? `${(other / median).toFixed(1)}x` : '',
    least ? `${least}x` : '',
  ];
  console.log(`| ${cells.join(' | ')} |`);
}

const clicks = clicksOf(15);
console.log('\n| after warm-up, bytes a call (the maps: 2,097,152) | heap | buffers |');
console.log('|---|---|---|');
for (const [work, f] of [
  ['nothing', () => {}],
  ['a drag step among 15 + 15 clicks', step],
  ['both maps, 15 + 15 clicks, fresh, lent memory', () => renderGuidance(clicks, { shape, out })],
]) {
  for (let i = 0; i < 20_000; i++) f();
  const { heap, buffers } = await bytesPerCall(f, 5000, 50);
  console.log(`| ${work} | ${heap.toFixed(0)} | ${buffers.toFixed(0)} |`);
}

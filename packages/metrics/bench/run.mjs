// Times this package on the arrays of the peers' benchmark, beside the peers' own rows.
//
//   mkdir -p /tmp/peers; python3 scripts/bench/peers.py /tmp/peers > /tmp/peers/rows.jsonl
//   npm run bench -- /tmp/peers            (or CLICKSEG_BENCH_ARRAYS=/tmp/peers npm run bench)
//
// Run both in turn on an idle machine: only the ratios of the medians mean anything. Measures a bundle
// of the sources, single-threaded.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dice, hausdorff, hausdorff95, meanAbsoluteDistance, surfaceDistances } from './dist/index.js';

const folder = process.argv.slice(2).find((a) => !a.startsWith('-')) ?? process.env.CLICKSEG_BENCH_ARRAYS;
if (!folder || !existsSync(join(folder, 'manifest.json'))) {
  console.log('metrics bench: skipped, no folder with peers’ arrays (argument or CLICKSEG_BENCH_ARRAYS)');
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

const load = (name) => {
  const { file, shape, spacing } = cases[name];
  const bytes = readFileSync(join(folder, file));
  // Node may hand out a slice of a pooled buffer; a copy starts at 0, as an array of a viewer does.
  return { data: new Uint8Array(bytes), shape, spacing };
};

function row(task, f, budget = 3000, least = 5) {
  for (let i = 0, until = performance.now() + 500; i < 3 || performance.now() < until; i++) f();
  const times = [];
  const start = performance.now();
  while (times.length < least || (performance.now() - start < budget && times.length < 2000)) {
    const a = performance.now();
    f();
    times.push(performance.now() - a);
  }
  times.sort((a, b) => a - b);
  const median = times[times.length >> 1];
  const rows = peers.filter((p) => p.task === task);
  console.log(`${task}: ${median.toFixed(3)} ms median, ${times[0].toFixed(3)} least of ${times.length}`);
  for (const p of rows) console.log(`  ${p.peer}: ${p.median_ms} ms, ${(p.median_ms / median).toFixed(1)}x`);
}

const metrics = (gt, pred) => {
  const d = surfaceDistances(pred, gt, { spacing: gt.spacing });
  // The peers' row takes the percentile of both lists pooled.
  return [hausdorff(d), hausdorff95(d, { definition: 'pooled' }), meanAbsoluteDistance(d)];
};

for (const [name, a, b] of [
  ['512', 'organ_gt', 'organ_pred'],
  ['128x192x192', 'volume_gt', 'volume_pred'],
]) {
  const gt = load(a);
  const pred = load(b);
  row(`HD+HD95+ASSD ${name}`, () => metrics(gt, pred));
  row(`Dice ${name}`, () => dice(pred, gt));
}

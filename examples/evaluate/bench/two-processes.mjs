// The same structures by one process and by two shards side by side, one thread each, in turns: how much faster
// two are on two cores. After a build: `node bench/two-processes.mjs [images] [rounds]`. Made-up slices, so that any
// machine can run it, and the model that ships.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'fast-png';

const images = Number(process.argv[2] ?? 16);
const rounds = Number(process.argv[3] ?? 3);
const SIZE = 256;
const TICK = 100; // Hz, of /proc/*/stat on Linux

const folder = mkdtempSync(join(tmpdir(), 'clickseg-two-'));
const data = join(folder, 'data');
mkdirSync(data);
writeData();

console.log(`${cpus()[0].model}, ${cpus().length} cores; ${2 * images} structures, 15 clicks each`);
const ratios = [];
for (let round = 1; round <= rounds; round++) {
  const one = await timed([[]]);
  const two = await timed([
    ['--shard', '1/2'],
    ['--shard', '2/2'],
  ]);
  ratios.push(one.wall / two.wall);
  const told = ({ wall, cpu }) => `${wall.toFixed(1)} s (CPU ${cpu.map((s) => s.toFixed(1)).join(' + ')})`;
  console.log(
    `one ${told(one)}, two ${told(two)}: ${(one.wall / two.wall).toFixed(2)} x; load ${loadavg()[0].toFixed(1)}`,
  );
}
ratios.sort((a, b) => a - b);
console.log(`median ${ratios[Math.floor(ratios.length / 2)].toFixed(2)} x`);
rmSync(folder, { recursive: true });

/** Wall time until the last of some processes has ended, and the processor time of each, start-up and all. */
async function timed(shards) {
  const out = mkdtempSync(join(folder, 'out-'));
  const started = performance.now();
  const cpu = await Promise.all(
    shards.map(async (shard) => {
      const main = join(import.meta.dirname, '../dist/main.js');
      const args = ['--data', data, '--methods', 'model', '--no-gallery', '--out', out, ...shard];
      const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
      let said = '';
      child.stderr.on('data', (bytes) => {
        said += bytes;
      });
      let seconds = 0;
      const watch = setInterval(() => {
        seconds = cpuSeconds(child.pid) ?? seconds;
      }, 50);
      const [code] = await once(child, 'exit');
      clearInterval(watch);
      if (code !== 0) throw new Error(`ended with ${code}: ${said}`);
      return seconds;
    }),
  );
  return { wall: (performance.now() - started) / 1000, cpu };
}

function cpuSeconds(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICK;
  } catch {
    return undefined;
  }
}

/** Two ellipses in noise an image. */
function writeData() {
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
  for (let n = 0; n < images; n++) {
    const image = new Uint8Array(SIZE * SIZE);
    const label = new Uint8Array(SIZE * SIZE);
    const blobs = [1, 2].map((id) => ({
      id,
      x: 40 + id * 60 + 20 * random(),
      y: 80 + 90 * random(),
      a: 18 + 20 * random(),
      b: 14 + 16 * random(),
    }));
    for (let y = 0, i = 0; y < SIZE; y++) {
      for (let x = 0; x < SIZE; x++, i++) {
        const found = blobs.find((e) => ((x - e.x) / e.a) ** 2 + ((y - e.y) / e.b) ** 2 < 1);
        label[i] = found?.id ?? 0;
        image[i] = 90 + 25 * label[i] + 60 * (random() - 0.5);
      }
    }
    for (const [part, pixels] of [
      ['img', image],
      ['lab', label],
    ]) {
      const png = encode({ width: SIZE, height: SIZE, channels: 1, depth: 8, data: pixels });
      writeFileSync(join(data, `case_${String(n).padStart(3, '0')}_${part}.png`), png);
    }
  }
}

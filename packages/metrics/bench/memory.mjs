// Peak extra memory and time on volumes of 512 x 512 x 300 and on masks made to be hard.
//
//   npm run bench:memory            every case, each in a process of its own
//
// "Extra" is the process's peak resident memory above what it held once the two masks were made.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import {
  compareMasks,
  hausdorff,
  hausdorff95,
  meanAbsoluteDistance,
  surfaceDistances,
} from './dist/index.js';

const BIG = [300, 512, 512];
const CUBE = [256, 256, 256];

/** An ellipsoid with a wavy surface that fills most of the volume, as a liver or a lung does. */
function organ([d, h, w], shift, type = Uint8Array) {
  const data = new type(d * h * w);
  for (let z = 0, i = 0; z < d; z++) {
    for (let y = 0; y < h; y++) {
      for (let x = 0; x < w; x++, i++) {
        const [a, b, c] = [
          (z - d / 2 - shift) / (0.42 * d),
          (y - h / 2) / (0.42 * h),
          (x - w / 2) / (0.42 * w),
        ];
        const wave = 1 + 0.06 * Math.sin(0.09 * x + shift) * Math.cos(0.07 * y + 0.05 * z);
        if (a * a + b * b + c * c < wave) data[i] = 1;
      }
    }
  }
  return { data, shape: [d, h, w] };
}

function noise(shape, share, seed) {
  const data = new Uint8Array(shape[0] * shape[1] * shape[2]);
  let s = seed;
  for (let i = 0; i < data.length; i++) {
    s = (Math.imul(s, 1664525) + 1013904223) | 0;
    if (s >>> 0 < share * 2 ** 32) data[i] = 1;
  }
  return { data, shape };
}

/** One pixel in the corner of every slice: as far from everything as can be, in every slice. */
function corners(shape) {
  const data = new Uint8Array(shape[0] * shape[1] * shape[2]);
  for (let z = 0; z < shape[0]; z++) data[z * shape[1] * shape[2]] = 1;
  return { data, shape };
}

const spacing = [1, 0.8, 0.8];
const three = (p, g) => {
  const d = surfaceDistances(p, g, { spacing });
  return [hausdorff(d), hausdorff95(d, { definition: 'pooled' }), meanAbsoluteDistance(d)];
};
const all = (p, g) => compareMasks(p, g, { spacing });

const CASES = {
  'organs 512 x 512 x 300, HD + HD95 + ASSD': [() => [organ(BIG, 0), organ(BIG, 4)], three],
  'organs 512 x 512 x 300, compareMasks': [() => [organ(BIG, 0), organ(BIG, 4)], all],
  'float32 organs 512 x 512 x 300, compareMasks': [
    () => [organ(BIG, 0, Float32Array), organ(BIG, 4, Float32Array)],
    all,
  ],
  '10 % noise 512 x 512 x 300, HD + HD95 + ASSD': [() => [noise(BIG, 0.1, 1), noise(BIG, 0.1, 2)], three],
  '50 % noise 512 x 512 x 300, HD + HD95 + ASSD': [() => [noise(BIG, 0.5, 1), noise(BIG, 0.5, 2)], three],
  '50 % noise 512 x 512 x 300, compareMasks': [() => [noise(BIG, 0.5, 1), noise(BIG, 0.5, 2)], all],
  '50 % noise 256 x 256 x 256, compareMasks': [() => [noise(CUBE, 0.5, 1), noise(CUBE, 0.5, 2)], all],
  '5 % noise against an organ 256 x 256 x 256, compareMasks': [
    () => [noise(CUBE, 0.05, 1), organ(CUBE, 0)],
    all,
  ],
  '50 % noise against a corner a slice 256 x 256 x 256, HD + HD95 + ASSD': [
    () => [noise(CUBE, 0.5, 1), corners(CUBE)],
    three,
  ],
};

const wanted = process.argv[2];
if (wanted in CASES) {
  const [make, work] = CASES[wanted];
  const [pred, gt] = make();
  globalThis.gc();
  const before = process.memoryUsage.rss();
  const start = performance.now();
  let said;
  try {
    work(pred, gt);
    said = 'done';
  } catch (error) {
    said = `${error.code}: ${error.message}`;
  }
  const s = (performance.now() - start) / 1000;
  // maxRSS is in KiB. Making the masks leaves nothing behind that the work could hide in.
  const extra = process.resourceUsage().maxRSS * 1024 - before;
  console.log(`| ${wanted} | ${s.toFixed(2)} | ${(extra / 1e6).toFixed(0)} | ${said} |`);
} else {
  const self = fileURLToPath(import.meta.url);
  console.log('| case | s | peak extra, MB | |\n|---|---|---|---|');
  for (const name of Object.keys(CASES)) {
    if (wanted && !name.includes(wanted)) continue;
    spawnSync(process.execPath, ['--expose-gc', self, name], { stdio: 'inherit' });
  }
}

import { standardize } from './crop.ts';
import type { TrainingSample } from './sample.ts';

// Tissues of a picture.
const [FEWEST_TISSUES, MOST_TISSUES] = [3, 12];
// Distances between the centres of a tissue's lumps, as shares of the crop's side.
const [FINEST_LUMP, COARSEST_LUMP] = [1 / 9, 1 / 2.5];
const ATTEMPTS = 12;
// The structure's box, as shares of the crop's side: what a window of the runtime may show.
const [SHORTEST, LONGEST] = [0.14, 0.75];

/**
 * A picture of nothing, and one structure of it: smooth lumps of a few tissues, each as bright as chance has it, often nearly as
 * bright as its neighbour. Whatever modality comes, its pictures are of this kind too (SynthMorph: Hoffmann et al. 2022;
 * SynthSeg: Billot et al. 2023, whose shapes are anatomical). Noise, shading, larger pixels and windows are added by
 * `alterIntensities`, as to any crop.
 *
 * @returns zero mean and unit deviation; a target of none where no lump is of a fit size
 */
export function imaginedSample([h, w]: readonly [number, number], random: () => number): TrainingSample {
  const tissues = FEWEST_TISSUES + Math.floor((MOST_TISSUES - FEWEST_TISSUES + 1) * random());
  const side = Math.min(h, w);
  const lump = side * FINEST_LUMP * Math.exp(random() * Math.log(COARSEST_LUMP / FINEST_LUMP));
  const owner = shareByNoise(tissues, lump, [h, w], random);
  const image = paint(owner, tissues, [h, w], random);
  return { image, target: choose(owner, [h, w], random) };
}

/** Each pixel belongs to the tissue whose noise is highest there. */
function shareByNoise(
  tissues: number,
  lump: number,
  shape: readonly [number, number],
  random: () => number,
): Uint8Array {
  const owner = new Uint8Array(shape[0] * shape[1]);
  const best = new Float32Array(owner.length).fill(-Infinity);
  for (let t = 0; t < tissues; t++) {
    // Tissues differ in how finely they are divided, and in how much of the picture they take.
    const field = smoothNoise(lump * Math.exp(random() - 0.5), shape, random);
    const favour = 0.3 * random();
    for (let k = 0; k < owner.length; k++) {
      const value = field[k] + favour;
      if (value <= best[k]) continue;
      best[k] = value;
      owner[k] = t;
    }
  }
  return owner;
}

/** Uniform noise of -1 to 1 on a grid of `pitch` pixels, joined by cubics (Catmull and Rom 1974). */
function smoothNoise(pitch: number, [h, w]: readonly [number, number], random: () => number): Float32Array {
  const [m, n] = [Math.ceil(h / pitch) + 4, Math.ceil(w / pitch) + 4];
  const grid = Float32Array.from({ length: m * n }, () => 2 * random() - 1);
  const [offsetY, offsetX] = [random(), random()];
  const along = new Float32Array(m * w);
  const [across, down] = [cubicsAt(w, pitch, offsetX), cubicsAt(h, pitch, offsetY)];
  for (let i = 0; i < m; i++) {
    for (let x = 0; x < w; x++) {
      const at = i * n + across.first[x];
      let sum = 0;
      for (let c = 0; c < 4; c++) sum += across.weights[4 * x + c] * grid[at + c];
      along[i * w + x] = sum;
    }
  }
  const out = new Float32Array(h * w);
  for (let y = 0, k = 0; y < h; y++) {
    const at = down.first[y] * w;
    const [a, b, c, d] = down.weights.subarray(4 * y, 4 * y + 4);
    for (let x = 0; x < w; x++, k++) {
      const from = at + x;
      out[k] = a * along[from] + b * along[from + w] + c * along[from + 2 * w] + d * along[from + 3 * w];
    }
  }
  return out;
}

/** For each pixel the first of four grid points around it, and their weights. */
function cubicsAt(length: number, pitch: number, offset: number) {
  const first = new Int32Array(length);
  const weights = new Float32Array(4 * length);
  for (let i = 0; i < length; i++) {
    const at = i / pitch + offset;
    first[i] = Math.floor(at);
    const t = at - first[i];
    weights[4 * i] = -0.5 * t + t * t - 0.5 * t ** 3;
    weights[4 * i + 1] = 1 - 2.5 * t * t + 1.5 * t ** 3;
    weights[4 * i + 2] = 0.5 * t + 2 * t * t - 1.5 * t ** 3;
    weights[4 * i + 3] = -0.5 * t * t + 0.5 * t ** 3;
  }
  return { first, weights };
}

/** Gives every tissue a brightness and a grain, and edges the softness of a scanner's. */
function paint(
  owner: Uint8Array,
  tissues: number,
  [h, w]: readonly [number, number],
  random: () => number,
): Float32Array {
  // Few classes of brightness, as fluid, grey and white matter are: neighbours of one class can hardly be told apart.
  const classes = Array.from({ length: 2 + Math.floor(4 * random()) }, () => 2 * random() - 1);
  const spread = 0.25 * random();
  const brightness = Array.from(
    { length: tissues },
    () => classes[Math.floor(classes.length * random())] + spread * (2 * random() - 1),
  );
  const side = Math.min(h, w);
  const grain = smoothNoise(Math.max(2, side * 0.04 * random()), [h, w], random);
  const mottle = Array.from({ length: tissues }, () => 0.25 * random() ** 2);
  let image: Float32Array = Float32Array.from(owner, (t, k) => brightness[t] + mottle[t] * grain[k]);
  const softness = Math.floor(4 * random());
  for (let i = 0; i < softness; i++) image = blur(image, [h, w]);
  standardize(image, new Uint8Array(image.length).fill(1));
  return image;
}

/** Mean of 3 x 3, by rows and by columns; the frame's pixels repeat. */
function blur(image: Float32Array, [h, w]: readonly [number, number]): Float32Array {
  const along = new Float32Array(image.length);
  for (let y = 0; y < h; y++) {
    const row = y * w;
    for (let x = 0; x < w; x++) {
      along[row + x] =
        (image[row + Math.max(0, x - 1)] + image[row + x] + image[row + Math.min(w - 1, x + 1)]) / 3;
    }
  }
  const out = new Float32Array(image.length);
  for (let y = 0; y < h; y++) {
    const [above, row, below] = [Math.max(0, y - 1) * w, y * w, Math.min(h - 1, y + 1) * w];
    for (let x = 0; x < w; x++) out[row + x] = (along[above + x] + along[row + x] + along[below + x]) / 3;
  }
  return out;
}

/** One piece of a tissue that lies near the middle and is of a fit size. */
function choose(owner: Uint8Array, [h, w]: readonly [number, number], random: () => number): Uint8Array {
  const side = Math.min(h, w);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const [y, x] = [Math.floor(h * (0.25 + 0.5 * random())), Math.floor(w * (0.25 + 0.5 * random()))];
    const { piece, box } = pieceAt(owner, [h, w], y * w + x);
    const length = Math.max(box[2] - box[0], box[3] - box[1]) + 1;
    if (length >= SHORTEST * side && length <= LONGEST * side) return piece;
  }
  return new Uint8Array(h * w);
}

function pieceAt(owner: Uint8Array, [h, w]: readonly [number, number], start: number) {
  const piece = new Uint8Array(h * w);
  const box: [number, number, number, number] = [h, w, -1, -1];
  const open = [start];
  piece[start] = 1;
  const visit = (to: number) => {
    if (piece[to] === 1 || owner[to] !== owner[start]) return;
    piece[to] = 1;
    open.push(to);
  };
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const [y, x] = [Math.floor(at / w), at % w];
    box[0] = Math.min(box[0], y);
    box[1] = Math.min(box[1], x);
    box[2] = Math.max(box[2], y);
    box[3] = Math.max(box[3], x);
    if (x > 0) visit(at - 1);
    if (x < w - 1) visit(at + 1);
    if (y > 0) visit(at - w);
    if (y < h - 1) visit(at + w);
  }
  return { piece, box };
}

import { chamferDistance, raster } from '@clickseg/raster';
import type { TrainingSample } from './sample.ts';

/**
 * Structures that nobody drew, over real images, for a network that shall segment what it was never shown
 * (ScribblePrompt: Wong et al. 2024). Which of the kinds is drawn at random: of ten, five are regions, three of them
 * painted shapes, one the wall of a region and one what is equally bright within a disc.
 *
 * @param sample - its target is not read; its image is only changed by a painted shape
 */
export function syntheticSample(
  { image }: TrainingSample,
  [h, w]: readonly [number, number],
  random: () => number,
): TrainingSample {
  const kind = random();
  if (kind < 0.3) return paintShape(image, [h, w], random);
  if (kind < 0.4) return { image, target: drawWall(image, [h, w], random) };
  if (kind < 0.5) return { image, target: drawBrightness(image, [h, w], random) };
  return { image, target: drawRegion(image, [h, w], random) };
}

/**
 * The outer layer of a region, as a heart's or a bowel's wall: rings and bows, thin for their length. The frame is no
 * outside.
 *
 * @returns `[h, w]`, 0 or 1
 */
export function drawWall(
  image: Float32Array,
  [h, w]: readonly [number, number],
  random: () => number,
): Uint8Array {
  const region = drawRegion(image, [h, w], random);
  const thickness = 2 + Math.floor(7 * random());
  const { data: depth } = chamferDistance(raster(region, [h, w]), { weights: 'city-block' });
  return region.map((v, k) => (v === 1 && depth[k] <= thickness ? 1 : 0));
}

/**
 * All within a disc that is about as bright as one of its pixels: bone, vessels or fat, often in several pieces.
 *
 * @returns `[h, w]`, 0 or 1
 */
export function drawBrightness(
  image: Float32Array,
  [h, w]: readonly [number, number],
  random: () => number,
): Uint8Array {
  const side = Math.min(h, w);
  const [cy, cx] = [h * (0.2 + 0.6 * random()), w * (0.2 + 0.6 * random())];
  const radius = side * (0.06 + 0.22 * random());
  const [angle, distance] = [2 * Math.PI * random(), 0.7 * radius * random()];
  const [y0, x0] = [Math.floor(cy + Math.sin(angle) * distance), Math.floor(cx + Math.cos(angle) * distance)];
  const centre = image[Math.min(h - 1, Math.max(0, y0)) * w + Math.min(w - 1, Math.max(0, x0))];
  const tolerance = 0.15 + 0.5 * random();
  const mask = new Uint8Array(h * w);
  for (let y = 0, k = 0; y < h; y++) {
    for (let x = 0; x < w; x++, k++) {
      if (Math.hypot(y - cy, x - cx) <= radius && Math.abs(image[k] - centre) <= tolerance) mask[k] = 1;
    }
  }
  return smooth(mask, [h, w]);
}

/**
 * One superpixel, or some alike that touch: seeds share the image out by the cheapest path to each, where
 * crossing an edge of the image costs more than walking along it.
 *
 * @param image - `[h, w]`
 * @returns `[h, w]`, 0 or 1
 */
export function drawRegion(
  image: Float32Array,
  [h, w]: readonly [number, number],
  random: () => number,
): Uint8Array {
  const seeds = Math.round(4 * Math.exp(random() * Math.log(15)));
  const steepness = 4 + 36 * random();
  const owner = shareOut(image, [h, w], seeds, steepness, random);
  const chosen = owner[Math.floor(random() * h * w)];
  const members = new Uint8Array(seeds);
  members[chosen] = 1;
  // Neighbours of nearly the same brightness join in, so that larger and less round structures come up too.
  if (random() < 0.5) joinAlike(image, owner, [h, w], members, 0.15 + 0.35 * random());
  const target = Uint8Array.from(owner, (o) => members[o]);
  return smooth(target, [h, w]);
}

function shareOut(
  image: Float32Array,
  [h, w]: readonly [number, number],
  seeds: number,
  steepness: number,
  random: () => number,
): Int16Array {
  const owner = new Int16Array(h * w).fill(-1);
  // Costs are whole numbers below the wheel's size, so that a ring of buckets replaces a heap.
  const WHEEL = 256;
  const wheel: number[][] = Array.from({ length: WHEEL }, () => []);
  const cost = new Int32Array(h * w).fill(0x7fffffff);
  for (let s = 0; s < seeds; s++) {
    const at = Math.floor(random() * h * w);
    cost[at] = 0;
    owner[at] = s;
    wheel[0].push(at);
  }
  let waiting = seeds;
  for (let c = 0; waiting > 0; c++) {
    const bucket = wheel[c % WHEEL];
    while (bucket.length > 0) {
      const at = bucket.pop()!;
      waiting--;
      if (cost[at] !== c) continue;
      const x = at % w;
      const step = (to: number) => {
        const price = c + 2 + Math.min(WHEEL - 4, Math.round(steepness * Math.abs(image[to] - image[at])));
        if (price >= cost[to]) return;
        cost[to] = price;
        owner[to] = owner[at];
        wheel[price % WHEEL].push(to);
        waiting++;
      };
      if (x > 0) step(at - 1);
      if (x < w - 1) step(at + 1);
      if (at >= w) step(at - w);
      if (at < (h - 1) * w) step(at + w);
    }
  }
  return owner;
}

function joinAlike(
  image: Float32Array,
  owner: Int16Array,
  [h, w]: readonly [number, number],
  members: Uint8Array,
  tolerance: number,
): void {
  const sum = new Float64Array(members.length);
  const count = new Int32Array(members.length);
  for (let k = 0; k < owner.length; k++) {
    sum[owner[k]] += image[k];
    count[owner[k]]++;
  }
  const first = members.indexOf(1);
  const alike = (o: number) => Math.abs(sum[o] / count[o] - sum[first] / count[first]) <= tolerance;
  for (let round = 0; round < 2; round++) {
    for (let y = 0, k = 0; y < h; y++) {
      for (let x = 0; x < w; x++, k++) {
        for (const to of [x + 1 < w ? k + 1 : k, y + 1 < h ? k + w : k]) {
          const [a, b] = [owner[k], owner[to]];
          if (members[a] !== members[b] && alike(a) && alike(b)) members[a] = members[b] = 1;
        }
      }
    }
  }
}

/** Majority of 3 x 3, twice: a person's outline has no teeth. */
function smooth(mask: Uint8Array, [h, w]: readonly [number, number]): Uint8Array {
  let from = mask;
  for (let round = 0; round < 2; round++) {
    const to = new Uint8Array(h * w);
    for (let y = 1; y < h - 1; y++) {
      for (let x = 1; x < w - 1; x++) {
        const k = y * w + x;
        const sum =
          from[k - w - 1] +
          from[k - w] +
          from[k - w + 1] +
          from[k - 1] +
          from[k] +
          from[k + 1] +
          from[k + w - 1] +
          from[k + w] +
          from[k + w + 1];
        to[k] = sum >= 5 ? 1 : 0;
      }
    }
    from = to;
  }
  return from;
}

/** A smooth random lobe, painted into a copy of the image brighter or darker than what lies there. */
export function paintShape(
  image: Float32Array,
  [h, w]: readonly [number, number],
  random: () => number,
): TrainingSample {
  const side = Math.min(h, w);
  const radius = side * 0.04 * Math.exp(random() * Math.log(9));
  const [cy, cx] = [h * (0.2 + 0.6 * random()), w * (0.2 + 0.6 * random())];
  const [stretch, turn] = [0.6 + 0.8 * random(), Math.PI * random()];
  const waves = Array.from({ length: 4 }, (_, i) => ({
    k: i + 2,
    height: ((0.3 * random()) / (i + 2)) * 1.5,
    phase: 2 * Math.PI * random(),
  }));
  const change = (random() < 0.5 ? -1 : 1) * (0.3 + 1.2 * random());
  const keep = 0.3 + 0.7 * random();
  const edge = 0.5 + 2 * random();
  const out = Float32Array.from(image);
  const target = new Uint8Array(h * w);
  const mean = image[Math.floor(cy) * w + Math.floor(cx)];
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  for (let y = 0, k = 0; y < h; y++) {
    for (let x = 0; x < w; x++, k++) {
      const [dy, dx] = [y - cy, x - cx];
      const u = (cos * dx + sin * dy) * stretch;
      const v = (cos * dy - sin * dx) / stretch;
      const angle = Math.atan2(v, u);
      let reach = radius;
      for (const wave of waves) reach += radius * wave.height * Math.cos(wave.k * angle + wave.phase);
      const inward = reach - Math.hypot(u, v);
      if (inward >= 0) target[k] = 1;
      // The painted edge is as soft as a scanner's.
      const cover = 1 / (1 + Math.exp(Math.max(-40, Math.min(40, (-inward / edge) * 2))));
      const painted = mean + change + keep * (image[k] - mean);
      out[k] += cover * (painted - image[k]);
    }
  }
  return { image: out, target };
}

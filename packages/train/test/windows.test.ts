import { seededRandom } from '@clickseg/simulate';
import { describe, expect, it } from 'vitest';
import {
  drawBrightness,
  drawRegion,
  drawWall,
  type LabelledSlice,
  paintShape,
  sliceSet,
} from '../src/index.ts';
import { alterIntensities } from '../src/training/intensities.ts';

/** A 60 x 80 slice with a bright square of 12 pixels, structure 1, on a slope. */
function slice(): LabelledSlice {
  const [h, w] = [60, 80];
  const image = new Float32Array(h * w);
  const labels = new Uint8Array(h * w);
  for (let y = 0, i = 0; y < h; y++) {
    for (let x = 0; x < w; x++, i++) {
      const inside = y >= 20 && y < 32 && x >= 30 && x < 42;
      labels[i] = inside ? 1 : 0;
      image[i] = x / 80 + (inside ? 3 : 0);
    }
  }
  return { group: 'a', image, labels, shape: [h, w] };
}

/** Rows and columns that a mask covers. */
function extent(mask: Uint8Array, w: number): [number, number] {
  const rows = new Set<number>();
  const columns = new Set<number>();
  mask.forEach((v, i) => {
    if (v === 0) return;
    rows.add(Math.floor(i / w));
    columns.add(i % w);
  });
  return [rows.size, columns.size];
}

describe('windows that follow the structure', () => {
  it('show it as large as asked, whatever its size on the slice', () => {
    for (const size of [16, 32, 48]) {
      const set = sliceSet([slice()], { shape: [64, 64], augmentation: { size: [size, size] } });
      const [rows, columns] = extent(set.draw(seededRandom(1)).target, 64);
      expect(Math.abs(rows - size)).toBeLessThanOrEqual(1);
      expect(Math.abs(columns - size)).toBeLessThanOrEqual(1);
    }
  });

  it('never show much more than the slice', () => {
    // 6 pixels would need a window of 160 slice pixels; 64 crop pixels span at most 1.15 x 80.
    const set = sliceSet([slice()], { shape: [80, 80], augmentation: { size: [6, 6] } });
    const [rows] = extent(set.draw(seededRandom(1)).target, 80);
    expect(rows).toBeGreaterThanOrEqual(10);
  });

  it('show the whole slice for the share that is asked for', () => {
    const set = sliceSet([slice()], { shape: [80, 80], augmentation: { size: [64, 64], whole: 0.5 } });
    const random = seededRandom(3);
    let whole = 0;
    for (let i = 0; i < 200; i++) if (extent(set.draw(random).target, 80)[0] < 20) whole++;
    expect(whole).toBeGreaterThan(70);
    expect(whole).toBeLessThan(130);
  });

  it('are scaled to zero mean and unit deviation over what lies on the slice, and zero beyond', () => {
    const set = sliceSet([slice()], {
      shape: [64, 64],
      augmentation: { size: [8, 8], standardize: true },
    });
    const { image } = set.draw(seededRandom(1));
    // The window is taller than the slice: its first row shows nothing of it.
    expect([...image.subarray(0, 64)]).toEqual(new Array(64).fill(0));
    const seen = image.filter((v) => v !== 0);
    const mean = seen.reduce((a, v) => a + v, 0) / seen.length;
    const variance = seen.reduce((a, v) => a + (v - mean) ** 2, 0) / seen.length;
    expect(Math.abs(mean)).toBeLessThan(1e-3);
    expect(Math.abs(variance - 1)).toBeLessThan(1e-2);
  });

  it('stay on the slice where they fit, if asked', () => {
    const corner = slice();
    corner.labels.fill(0);
    for (let y = 0; y < 8; y++) corner.labels.fill(1, 80 * y, 80 * y + 8);
    const beyond = (onSlice: boolean, shape: readonly [number, number]) => {
      const image = new Float32Array(60 * 80).fill(1);
      const how = { shape, augmentation: { size: [16, 16], onSlice } } as const;
      return sliceSet([{ ...corner, image }], how)
        .draw(seededRandom(1))
        .image.filter((v) => v === 0).length;
    };
    // A window of 32 slice pixels around (3.5, 3.5) reaches 12 beyond the frame in both directions.
    expect(beyond(false, [64, 64])).toBeGreaterThan(64 * 64 * 0.5);
    expect(beyond(true, [64, 64])).toBe(0);
    // 70 rows of a slice of 60: five a side stay empty, as the window cannot fit.
    const rows = beyond(true, [140, 64]) / 64;
    expect(Math.abs(rows - 20)).toBeLessThanOrEqual(2);
  });

  it('average what they shrink: a checkerboard becomes its mean', () => {
    const [h, w] = [96, 96];
    const board = Float32Array.from({ length: h * w }, (_, i) => ((i % w) + Math.floor(i / w)) % 2);
    const labels = new Uint8Array(h * w).fill(1, 40 * w, 56 * w);
    const set = sliceSet([{ group: 'a', image: board, labels, shape: [h, w] }], {
      shape: [48, 48],
      augmentation: { size: [48, 48] },
    });
    const { image } = set.draw(seededRandom(1));
    const middle = image.subarray(48 * 10 + 10, 48 * 10 + 38);
    for (const v of middle) expect(v).toBeCloseTo(0.5, 5);
  });
});

describe('made-up structures', () => {
  // Four flat quarters: the only edges are between them.
  const quarters = Float32Array.from({ length: 64 * 64 }, (_, i) => {
    const [y, x] = [Math.floor(i / 64), i % 64];
    return (y < 32 ? 0 : 2) + (x < 32 ? 0 : 1);
  });

  it('drawn as regions keep to the edges of the image', () => {
    const random = seededRandom(5);
    let crossing = 0;
    let drawn = 0;
    for (let round = 0; round < 40; round++) {
      const target = drawRegion(quarters, [64, 64], random);
      const counts = [0, 0, 0, 0];
      target.forEach((v, i) => {
        counts[(Math.floor(i / 64) < 32 ? 0 : 2) + (i % 64 < 32 ? 0 : 1)] += v;
      });
      const total = counts.reduce((a, b) => a + b, 0);
      if (total === 0) continue;
      drawn++;
      // With four seeds or more a quarter may be left without one: its neighbour then takes it as a whole.
      const partly = counts.filter((c) => c > 0.05 * total && c < 0.05 * 1024).length;
      if (partly > 0) crossing++;
    }
    expect(drawn).toBeGreaterThan(30);
    expect(crossing).toBeLessThanOrEqual(4);
  });

  it('drawn as walls have no pixel deeper than their thickness', () => {
    const random = seededRandom(8);
    let hollow = 0;
    for (let round = 0; round < 40; round++) {
      const wall = drawWall(quarters, [64, 64], random);
      let deepest = 0;
      wall.forEach((v, i) => {
        if (v === 0) return;
        // Steps along rows and columns to the next pixel that is not marked; the frame is none.
        let near = Infinity;
        for (let k = 0; k < wall.length; k++) {
          if (wall[k] === 1) continue;
          near = Math.min(near, Math.abs((k % 64) - (i % 64)) + Math.abs((k >> 6) - (i >> 6)));
        }
        if (Number.isFinite(near)) deepest = Math.max(deepest, near);
      });
      // A wall of thickness 8 between two empty sides is at most 4 deep; along the frame it has one side only.
      expect(deepest).toBeLessThanOrEqual(8);
      if (deepest > 0) hollow++;
    }
    expect(hollow).toBeGreaterThan(20);
  });

  it('drawn by brightness are of one brightness, within a disc', () => {
    const random = seededRandom(9);
    let drawn = 0;
    for (let round = 0; round < 40; round++) {
      const target = drawBrightness(quarters, [64, 64], random);
      const values = new Set(quarters.filter((_, i) => target[i] === 1));
      if (values.size === 0) continue;
      drawn++;
      // Smoothing by majority may carry a corner over the quarters' edge.
      const main = Math.max(
        ...[...values].map((v) => quarters.filter((q, i) => target[i] === 1 && q === v).length),
      );
      expect(main / target.reduce((a, b) => a + b, 0)).toBeGreaterThan(0.95);
      const [rows, columns] = extent(target, 64);
      expect(Math.max(rows, columns)).toBeLessThanOrEqual(Math.ceil(2 * 0.28 * 64) + 1);
    }
    expect(drawn).toBeGreaterThan(25);
  });

  it('do not lie in the air: nobody outlines it', () => {
    const halfAir = slice();
    halfAir.labels.fill(0);
    for (let y = 20; y < 32; y++) halfAir.labels.fill(1, 80 * y + 10, 80 * y + 22);
    const texture = seededRandom(1);
    const image = Float32Array.from(halfAir.image, (_, i) => (i % 80 < 40 ? 2 + texture() : 0));
    const set = sliceSet([{ ...halfAir, image }], { shape: [60, 80], synthetic: 1 });
    const random = seededRandom(2);
    for (let round = 0; round < 40; round++) {
      const { image, target } = set.draw(random);
      const values = image.filter((_, i) => target[i] === 1);
      expect(values.length).toBeGreaterThan(0);
      // Air, and what lies beyond the slice, is 0 but where a shape was painted over it.
      expect(values.filter((v) => v === 0).length / values.length).toBeLessThanOrEqual(0.4);
    }
  });

  it('painted as shapes differ from what lay there, and leave the rest of the image alone', () => {
    const flat = new Float32Array(64 * 64);
    const { image, target } = paintShape(flat, [64, 64], seededRandom(2));
    const inside = image.filter((_, i) => target[i] === 1);
    expect(inside.length).toBeGreaterThan(20);
    const mean = inside.reduce((a, v) => a + v, 0) / inside.length;
    expect(Math.abs(mean)).toBeGreaterThan(0.2);
    expect(flat.every((v) => v === 0)).toBe(true);
    expect(Math.abs(image[0])).toBeLessThan(0.05);
  });

  it('come in the share that is asked for, the same for the same random stream', () => {
    const set = sliceSet([slice()], {
      shape: [32, 32],
      synthetic: 1,
      augmentation: { size: [16, 24], standardize: true },
    });
    const real = sliceSet([slice()], {
      shape: [32, 32],
      augmentation: { size: [16, 24], standardize: true },
    });
    expect(set.draw(seededRandom(9))).toEqual(set.draw(seededRandom(9)));
    const random = seededRandom(4);
    let unlike = 0;
    for (let i = 0; i < 30; i++) {
      const [rows, columns] = extent(set.draw(random).target, 32);
      if (Math.abs(rows - columns) > 2 || rows > 26 || rows < 14) unlike++;
    }
    // The real structure is a square of 16 to 24 pixels; made-up ones seldom are.
    expect(unlike).toBeGreaterThan(15);
    const [rows, columns] = extent(real.draw(seededRandom(9)).target, 32);
    expect(Math.abs(rows - columns)).toBeLessThanOrEqual(1);
  });
});

describe('changes of intensities', () => {
  const changes = { curve: [0, 1], window: 0, negative: 0, noise: [0, 0] } as const;
  const draw = (intensities: object) =>
    sliceSet([slice()], {
      shape: [32, 32],
      augmentation: { size: [16, 16], standardize: true, intensities: { ...changes, ...intensities } },
    }).draw(seededRandom(6));

  it('turn a crop into its negative', () => {
    const [plain, negative] = [draw({}), draw({ negative: 1 })];
    for (let i = 0; i < plain.image.length; i++) expect(negative.image[i]).toBeCloseTo(-plain.image[i], 5);
    expect(negative.target).toEqual(plain.target);
  });

  it('shade it slowly: the same tissue is brighter at one end, and neighbours stay alike', () => {
    const even = slice();
    even.image.set(even.image.map((_, i) => i % 2));
    const shaded = (bias: readonly [number, number], seed: number) =>
      sliceSet([even], {
        shape: [32, 32],
        augmentation: { size: [12, 12], intensities: { ...changes, bias } },
      }).draw(seededRandom(seed)).image;
    let most = 1;
    for (let seed = 0; seed < 20; seed++) {
      // Every second pixel is tissue of value 1 before the field, the others the darkest, which stays.
      const image = shaded([1, 2], seed).filter((_, i) => i % 2 === 1);
      for (let i = 1; i < 16; i++) expect(image[i] / image[i - 1]).toBeLessThan(1.2);
      for (const v of image) {
        expect(v).toBeGreaterThanOrEqual(1 / 2 - 1e-6);
        expect(v).toBeLessThanOrEqual(2 + 1e-6);
      }
      most = Math.max(most, Math.max(...image) / Math.min(...image));
    }
    expect(most).toBeGreaterThan(1.3);
    expect(shaded([0, 2], 1)).toEqual(shaded([1, 1], 1));
  });

  it('let tissues change places: what was equally bright still is, and the order of the others turns', () => {
    // Three tissues of several pixels each.
    const three = slice();
    three.image.set(three.image.map((_, i) => [0, 1, 3][Math.floor(i / 7) % 3]));
    const changed = (remap: readonly [number, number], seed: number) =>
      sliceSet([three], {
        shape: [32, 32],
        augmentation: { size: [32, 32], standardize: true, intensities: { ...changes, remap } },
      }).draw(seededRandom(seed)).image;
    const plain = changed([0, 4], 1);
    const levels = [...new Set(plain)].sort((a, b) => a - b);
    const orders = new Set<string>();
    for (let seed = 0; seed < 40; seed++) {
      const image = changed([1, 4], seed);
      const heightOf = new Map<number, number>();
      for (const [k, level] of plain.entries()) if (!heightOf.has(level)) heightOf.set(level, image[k]);
      expect(image.every((height, k) => height === heightOf.get(plain[k]))).toBe(true);
      const heights = levels.map((level) => heightOf.get(level)!);
      const some = [0, Math.floor(levels.length / 2), levels.length - 1];
      orders.add(some.sort((a, b) => heights[a] - heights[b]).join());
    }
    expect(orders.size).toBe(6);
    expect(changed([0, 4], 1)).toEqual(plain);
  });

  it('show it as from larger pixels: their means, and straight lines between their centres', () => {
    const side = 16;
    const inside = new Uint8Array(side * side).fill(1);
    // The corner is beyond the slice.
    inside[0] = 0;
    const noise = seededRandom(3);
    const image = Float32Array.from({ length: side * side }, () => noise());
    image[0] = 0;
    const before = image.slice();
    // A number just below 1 for every draw: the largest pixels, four of the crop's a side.
    alterIntensities(image, inside, { ...changes, coarse: [1, 4] }, side, () => 1 - 1e-12);
    const mean = (i: number, j: number) => {
      const within = Array.from({ length: 16 }, (_, k) => (4 * i + (k >> 2)) * side + 4 * j + (k & 3)).filter(
        (k) => inside[k] === 1,
      );
      return within.reduce((sum, k) => sum + before[k], 0) / within.length;
    };
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const [v, u] = [y, x].map((n) => Math.min(3, Math.max(0, (n + 0.5) / 4 - 0.5)));
        let expected = 0;
        for (let i = 0; i < 4; i++) {
          for (let j = 0; j < 4; j++) {
            expected += Math.max(0, 1 - Math.abs(v - i)) * Math.max(0, 1 - Math.abs(u - j)) * mean(i, j);
          }
        }
        expect(image[y * side + x]).toBeCloseTo(y + x === 0 ? 0 : expected, 5);
      }
    }
  });

  it('bend, cut and blur with noise, and still end with zero mean and unit deviation', () => {
    for (const change of [
      { curve: [1, 2] },
      { window: 1 },
      { noise: [1, 0.5] },
      { bias: [1, 2] },
      { remap: [1, 4] },
      { coarse: [1, 4] },
    ]) {
      const { image } = draw(change);
      const mean = image.reduce((a, v) => a + v, 0) / image.length;
      const variance = image.reduce((a, v) => a + (v - mean) ** 2, 0) / image.length;
      expect(Math.abs(mean)).toBeLessThan(1e-4);
      expect(Math.abs(variance - 1)).toBeLessThan(1e-3);
      expect(image).not.toEqual(draw({}).image);
    }
  });
});

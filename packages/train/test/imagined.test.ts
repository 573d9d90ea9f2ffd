import { seededRandom } from '@clickseg/simulate';
import { describe, expect, it } from 'vitest';
import { imaginedSample, type LabelledSlice, sliceSet } from '../src/index.ts';

const [H, W] = [80, 96];
const draws = Array.from({ length: 40 }, (_, seed) => imaginedSample([H, W], seededRandom(seed + 1)));
const found = draws.filter(({ target }) => target.includes(1));

function statistics(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return { mean, deviation: Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length) };
}

describe('imaginedSample', () => {
  it('nearly always finds a structure', () => {
    expect(found.length).toBeGreaterThan(30);
  });

  it('gives a picture of zero mean and unit deviation', () => {
    for (const { image } of draws) {
      const { mean, deviation } = statistics([...image]);
      expect(mean).toBeCloseTo(0, 4);
      expect(deviation).toBeCloseTo(1, 4);
    }
  });

  it('marks one piece, as long as a window shows one', () => {
    for (const { target } of found) {
      const marked = [...target.keys()].filter((k) => target[k] === 1);
      // Brute force: pixels are of one piece where repeated sharing of the smallest number leaves one number.
      const number = Int32Array.from(target, (v, k) => (v === 1 ? k : -1));
      for (let changed = true; changed; ) {
        changed = false;
        for (const k of marked) {
          for (const to of [k % W > 0 ? k - 1 : k, k % W < W - 1 ? k + 1 : k, k - W, k + W]) {
            if (!(number[to] >= 0 && number[to] < number[k])) continue;
            number[k] = number[to];
            changed = true;
          }
        }
      }
      expect(new Set(marked.map((k) => number[k])).size).toBe(1);
      const rows = marked.map((k) => Math.floor(k / W));
      const columns = marked.map((k) => k % W);
      const spread = (v: number[]) => Math.max(...v) - Math.min(...v) + 1;
      const length = Math.max(spread(rows), spread(columns)) / Math.min(H, W);
      expect(length).toBeGreaterThanOrEqual(0.14);
      expect(length).toBeLessThanOrEqual(0.75);
    }
  });

  it('paints it of one tissue: less varied than the picture, but where its tissue is mottled', () => {
    const alike = found.filter(({ image, target }) => {
      const { deviation } = statistics([...image].filter((_, k) => target[k] === 1));
      return deviation < 0.7;
    });
    expect(alike.length / found.length).toBeGreaterThan(0.8);
  });

  it('is the same for the same random stream, and another for another', () => {
    const again = imaginedSample([H, W], seededRandom(1));
    expect([...again.image]).toEqual([...draws[0].image]);
    expect([...again.target]).toEqual([...draws[0].target]);
    expect([...draws[1].image]).not.toEqual([...draws[0].image]);
  });
});

describe('sliceSet with imagined pictures', () => {
  it('draws its share of them, and alters their intensities as it does a crop', () => {
    const labels = new Uint8Array(40 * 40).fill(1, 0, 400);
    const slices: LabelledSlice[] = [{ group: 'a', image: new Float32Array(1600), labels, shape: [40, 40] }];
    const brighter = { shape: [40, 40], augmentation: { brightness: 2 } } as const;
    const set = sliceSet(slices, { ...brighter, imagined: 0.5 });
    const random = seededRandom(3);
    // The slice itself is black all over, and brightness makes it another grey all over.
    const pictures = Array.from({ length: 60 }, () => set.draw(random)).map(({ image }) =>
      statistics([...image]),
    );
    const imagined = pictures.filter(({ deviation }) => deviation > 0.5);
    expect(imagined.length).toBeGreaterThan(15);
    expect(imagined.length).toBeLessThan(45);
    expect(imagined.some(({ mean }) => Math.abs(mean) > 0.5)).toBe(true);
  });
});

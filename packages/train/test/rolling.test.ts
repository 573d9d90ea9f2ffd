import { seededRandom } from '@clickseg/simulate';
import { describe, expect, it } from 'vitest';
import type { TrainingSet } from '../src/index.ts';
import { type RollingOptions, rollingBatch } from '../src/training/rolling.ts';

/** Images that tell themselves apart by their first pixel, each with a square of 4 x 4 to find. */
const set: TrainingSet = {
  shape: [8, 8],
  draw(random) {
    const image = new Float32Array(64).fill(random());
    return { image, target: Uint8Array.from({ length: 64 }, (_, i) => (i % 8 < 4 && i < 32 ? 1 : 0)) };
  },
};
const options: RollingOptions = {
  batch: 3,
  interactions: 4,
  strategy: 'sakinis',
  streamOf: (number) => seededRandom(1000 + number),
};
const nothing = new Float32Array(3 * 64);
// As the image keeps it, in 32 bits.
const markOf = (number: number) => Math.fround(seededRandom(1000 + number)());
const marks = (rolling: ReturnType<typeof rollingBatch>) => rolling.samples.map(({ image }) => image[0]);

describe('a rolling batch', () => {
  it('begins every image with one click on its structure', () => {
    const { clicks } = rollingBatch(set, options);
    expect(clicks).toHaveLength(3);
    for (const [first, ...others] of clicks) {
      expect(others).toEqual([]);
      expect(first).toMatchObject({ label: 'foreground' });
      expect(Math.max(first.y, first.x)).toBeLessThan(4);
    }
  });

  it('clicks where the answer is wrong, t times evenly from 0 to K, then draws the next image', () => {
    const rolling = rollingBatch(set, options);
    const random = seededRandom(1);
    const stays = new Map<number, number>();
    let before: readonly number[] = [];
    for (let step = 0; step < 1000; step++) {
      for (const [i, { number, clicks }] of rolling.open.entries()) {
        stays.set(number, clicks.length - 1);
        // The same image with one click more, or another with its first.
        expect(clicks.length === 1 || marks(rolling)[i] === before[i]).toBe(true);
      }
      before = marks(rolling);
      rolling.advance(nothing, random);
    }
    const finished = [...stays.values()].slice(0, -3);
    expect(finished.length).toBeGreaterThan(900);
    for (const t of [0, 1, 2, 3, 4]) {
      const share = finished.filter((v) => v === t).length / finished.length;
      expect(Math.abs(share - 1 / 5)).toBeLessThan(0.04);
    }
  });

  it('lets an image go whose answer is right', () => {
    const rolling = rollingBatch(set, options);
    const right = Float32Array.from({ length: 3 * 64 }, (_, i) => rolling.samples[0].target[i % 64]);
    rolling.advance(right, seededRandom(1));
    expect(rolling.open.map(({ number }) => number)).toEqual([4, 5, 6]);
  });

  it('stands where it stood when it is opened again', () => {
    const whole = rollingBatch(set, options);
    const run = (rolling: typeof whole, from: number, to: number) => {
      for (let step = from; step < to; step++) rolling.advance(nothing, seededRandom(step));
    };
    run(whole, 0, 3);
    const again = rollingBatch(set, { ...options, open: JSON.parse(JSON.stringify(whole.open)) });
    expect(marks(again)).toEqual(marks(whole));
    run(whole, 3, 9);
    run(again, 3, 9);
    expect(again.open).toEqual(whole.open);
    expect(marks(again)).toEqual(marks(whole));
  });

  describe('for a network that reads the previous mask', () => {
    const masked = { ...options, pool: 5, previousMask: true };

    it('keeps the answer on which the newest click was chosen, and nothing at the first', () => {
      const rolling = rollingBatch(set, masked);
      const answers = seededRandom(2);
      const newest = new Map<number, number[]>();
      let kept = 0;
      for (let step = 0; step < 60; step++) {
        const random = seededRandom(step);
        rolling.choose(random);
        const due = marks(rolling);
        for (const [i, mask] of rolling.previous!.entries()) {
          expect(mask && [...mask]).toEqual(newest.get(due[i]));
          expect(mask === undefined).toBe(rolling.clicks[i].length === 1);
          if (mask) kept++;
        }
        const probability = Float32Array.from({ length: 3 * 64 }, () => (answers() < 0.5 ? 0.5 : 0.49));
        for (const [i, mark] of due.entries()) {
          const answer = probability.subarray(64 * i, 64 * (i + 1));
          newest.set(
            mark,
            [...answer].map((v) => (v === 0.5 ? 1 : 0)),
          );
        }
        rolling.advance(probability, random);
      }
      expect(kept).toBeGreaterThan(60);
    });

    it('stands where it stood, masks included, when it is opened again', () => {
      const answers = (step: number) => {
        const random = seededRandom(500 + step);
        return Float32Array.from({ length: 3 * 64 }, random);
      };
      const steps = (rolling: ReturnType<typeof rollingBatch>, from: number, to: number) => {
        const seen: unknown[] = [];
        for (let step = from; step < to; step++) {
          const random = seededRandom(step);
          rolling.choose(random);
          seen.push([marks(rolling), rolling.previous]);
          rolling.advance(answers(step), random);
        }
        return seen;
      };
      const whole = rollingBatch(set, masked);
      steps(whole, 0, 20);
      const saved = JSON.parse(JSON.stringify(whole.open));
      const again = rollingBatch(set, { ...masked, open: saved });
      expect(again.open).toEqual(saved);
      expect(steps(again, 20, 30)).toEqual(steps(whole, 20, 30));
    });

    it('keeps none for a network that does not', () => {
      const rolling = rollingBatch(set, options);
      rolling.advance(nothing, seededRandom(1));
      expect(rolling.previous).toBeUndefined();
      for (const image of rolling.open) expect(image).not.toHaveProperty('previous');
    });
  });

  describe('drawn from a pool', () => {
    const pooled = { ...options, pool: 30 };
    const steps = (rolling: ReturnType<typeof rollingBatch>, from: number, to: number) => {
      const taken: number[][] = [];
      for (let step = from; step < to; step++) {
        const random = seededRandom(step);
        rolling.choose(random);
        taken.push(marks(rolling));
        rolling.advance(nothing, random);
      }
      return taken;
    };

    it('takes different images in a step, each of the pool as often as the others', () => {
      const rolling = rollingBatch(set, { ...pooled, interactions: 0 });
      const numbers: number[] = [];
      for (let step = 0; step < 2000; step++) {
        const random = seededRandom(step);
        rolling.choose(random);
        expect(new Set(marks(rolling)).size).toBe(3);
        const open = rolling.open;
        for (const mark of marks(rolling))
          numbers.push(open.findIndex(({ number }) => markOf(number) === mark));
        // Without corrections every image goes at once.
        rolling.advance(nothing, random);
      }
      const counts = Array.from({ length: 30 }, (_, at) => numbers.filter((n) => n === at).length);
      // 6,000 draws of 30 places: 200 each, with a deviation of 14.
      for (const count of counts) expect(Math.abs(count - 200)).toBeLessThan(60);
    });

    it('shares few images between neighbouring steps, and still gives every image its t corrections', () => {
      const rolling = rollingBatch(set, pooled);
      const taken = steps(rolling, 0, 1500);
      const shared = taken.slice(1).map((now, i) => now.filter((mark) => taken[i].includes(mark)).length);
      // Three of thirty: 0.3 of three on average, less those that just left.
      expect(shared.reduce((a, b) => a + b, 0) / shared.length).toBeLessThan(0.4);
      const times = new Map<number, number>();
      for (const mark of taken.flat()) times.set(mark, (times.get(mark) ?? 0) + 1);
      const open = new Set(rolling.open.map(({ number }) => markOf(number)));
      const finished = [...times].filter(([mark]) => !open.has(mark)).map(([, n]) => n);
      for (const n of [1, 2, 3, 4, 5]) {
        const share = finished.filter((v) => v === n).length / finished.length;
        expect(Math.abs(share - 1 / 5)).toBeLessThan(0.04);
      }
    });

    it('stands where it stood when it is opened again', () => {
      const whole = rollingBatch(set, pooled);
      steps(whole, 0, 40);
      const again = rollingBatch(set, { ...pooled, open: JSON.parse(JSON.stringify(whole.open)) });
      expect(steps(again, 40, 60)).toEqual(steps(whole, 40, 60));
      expect(again.open).toEqual(whole.open);
    });
  });
});

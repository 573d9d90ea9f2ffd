import { seededRandom } from '@clickseg/simulate';
import { describe, expect, it } from 'vitest';
import { type LabelledSlice, sliceSet } from '../src/index.ts';
import { drawWarp } from '../src/training/warp.ts';

/** A square of 24 pixels on 64, whose image is its label: both must bend alike, whatever bends them. */
function slice(): LabelledSlice {
  const labels = Uint8Array.from({ length: 64 * 64 }, (_, k) => {
    const [y, x] = [Math.floor(k / 64), k % 64];
    return y >= 20 && y < 44 && x >= 20 && x < 44 ? 1 : 0;
  });
  return { group: 'a', image: Float32Array.from(labels), labels, shape: [64, 64] };
}

const bent = (warp: { share: number; stretch: number; bend: number }) =>
  sliceSet([slice()], { shape: [64, 64], augmentation: { warp } });

/** Rows and columns that a mask covers. */
function extent(mask: Uint8Array): [number, number] {
  const marked = [...mask.keys()].filter((k) => mask[k] === 1);
  return [new Set(marked.map((k) => k >> 6)).size, new Set(marked.map((k) => k & 63)).size];
}

describe('warp', () => {
  it('moves the image and the structure alike', () => {
    const set = bent({ share: 1, stretch: 1.3, bend: 0.5 });
    const plain = sliceSet([slice()], { shape: [64, 64] }).draw(seededRandom(1));
    for (let seed = 1; seed <= 20; seed++) {
      const { image, target } = set.draw(seededRandom(seed));
      expect(Array.from(image, (v) => (v >= 0.5 ? 1 : 0))).toEqual([...target]);
      expect([...target]).not.toEqual([...plain.target]);
    }
  });

  it('stretches one axis as much as it presses the other, at most by its factor', () => {
    const set = bent({ share: 1, stretch: 1.5, bend: 0 });
    const ratios = Array.from({ length: 40 }, (_, seed) => {
      const [rows, columns] = extent(set.draw(seededRandom(seed)).target);
      // 24 x 24 pixels before, and one that a boundary may gain or lose on either side.
      expect(Math.abs(rows * columns - 576)).toBeLessThanOrEqual(rows + columns + 1);
      return rows / columns;
    });
    expect(Math.max(...ratios)).toBeGreaterThan(1.3);
    expect(Math.min(...ratios)).toBeLessThan(1 / 1.3);
    for (const ratio of ratios) expect(Math.abs(Math.log(ratio))).toBeLessThan(Math.log(1.5) + 0.09);
  });

  it('bends no steeper than it says, and folds nothing over however it is stretched', () => {
    const [h, w] = [40, 56];
    for (const [stretch, bend] of [
      [1, 0.99],
      [1.5, 0.8],
      [4, 0.49],
    ] as const) {
      for (let seed = 1; seed <= 10; seed++) {
        const warp = drawWarp({ share: 1, stretch, bend }, [h, w], seededRandom(seed))!;
        const moved = (axis: 'y' | 'x', y: number, x: number) =>
          warp.waves.reduce(
            (sum, wave) => (wave.axis === axis ? sum + wave.rows[y] * wave.columns[x] : sum),
            0,
          );
        let steepest = 0;
        let least = Infinity;
        for (let y = 0; y + 1 < h; y++) {
          for (let x = 0; x + 1 < w; x++) {
            const [[yy, yx], [xy, xx]] = (['y', 'x'] as const).map((axis) => {
              const here = moved(axis, y, x);
              return [moved(axis, y + 1, x) - here, moved(axis, y, x + 1) - here];
            });
            steepest = Math.max(steepest, Math.abs(yy) + Math.abs(yx), Math.abs(xy) + Math.abs(xx));
            least = Math.min(least, (warp.stretchY + yy) * (warp.stretchX + xx) - yx * xy);
          }
        }
        expect(least).toBeGreaterThan(0);
        // Differences over a whole pixel stand for slopes.
        expect(steepest).toBeLessThanOrEqual(bend * 1.01);
        expect(steepest).toBeGreaterThan(0);
      }
    }
  });

  it('bends its share of the crops', () => {
    const random = seededRandom(5);
    const warp = { share: 0.3, stretch: 1.2, bend: 0.2 };
    const drawn = Array.from({ length: 1000 }, () => drawWarp(warp, [8, 8], random));
    const share = drawn.filter((d) => d !== undefined).length / 1000;
    // Four standard deviations of 1000 draws.
    expect(Math.abs(share - 0.3)).toBeLessThan(4 * Math.sqrt((0.3 * 0.7) / 1000));
  });

  it('refuses what it cannot mean, before any work', () => {
    const fit = { share: 0.5, stretch: 1.2, bend: 0.3 };
    for (const [name, value] of [
      ['share', 1.1],
      ['share', Number.NaN],
      ['stretch', 0.9],
      ['stretch', 5],
      ['bend', -0.1],
      ['bend', 0.95],
    ] as const) {
      expect(() => bent({ ...fit, [name]: value })).toThrow(
        expect.objectContaining({
          code: 'invalid-option',
          message: expect.stringContaining(`${name} ${value}`),
        }),
      );
    }
  });
});

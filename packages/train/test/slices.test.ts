import { seededRandom } from '@clickseg/simulate';
import { describe, expect, it } from 'vitest';
import {
  AUGMENTATION_DEFAULTS,
  cropSample,
  type IntensityChanges,
  type LabelledSlice,
  sliceSet,
} from '../src/index.ts';

/** A slice whose pixel values name their place, with structure 1 at the left and 2 at the right. */
function ramp(group = 'a'): LabelledSlice {
  const [h, w] = [20, 30];
  const image = Float32Array.from({ length: h * w }, (_, i) => i);
  const labels = new Uint8Array(h * w);
  for (let y = 6; y < 11; y++) {
    for (let x = 3; x < 8; x++) labels[y * w + x] = 1;
    for (let x = 20; x < 25; x++) labels[y * w + x] = 2;
  }
  return { group, image, labels, shape: [h, w] };
}

const constant = (u: number) => () => u;

describe('sliceSet', () => {
  it('cuts the pixels around a structure unchanged where nothing is augmented', () => {
    // The box centre of structure 1 is (8, 5); a 5 x 5 crop is exactly the structure.
    const { image, target } = sliceSet([ramp()], { shape: [5, 5] }).draw(constant(0));
    expect([...target]).toEqual(new Array(25).fill(1));
    expect(image[0]).toBe(6 * 30 + 3);
    expect(image[24]).toBe(10 * 30 + 7);
  });

  it('fills what lies outside the slice with the mean, zero, and marks nothing there', () => {
    const { image, target } = sliceSet([ramp()], { shape: [31, 31] }).draw(constant(0));
    expect(image[0]).toBe(0);
    expect(target.reduce((a, b) => a + b, 0)).toBe(25);
  });

  it('mirrors image and target alike', () => {
    const set = sliceSet([ramp()], { shape: [5, 9], augmentation: { flip: true } });
    const plain = sliceSet([ramp()], { shape: [5, 9] }).draw(constant(0));
    const mirrored = set.draw(constant(0));
    const turn = <T extends ArrayLike<number>>(a: T) => Array.from(a).reverse();
    expect([...mirrored.image]).toEqual(turn(plain.image));
    expect([...mirrored.target]).toEqual(turn(plain.target));
  });

  it('zooms by the factor that it names', () => {
    const set = sliceSet([ramp()], { shape: [19, 19], augmentation: { zoom: 2 } });
    // The random stream 1, 1, ... draws the largest zoom: the 5 x 5 structure covers about 10 x 10 pixels.
    let calls = 0;
    const { target } = set.draw(() => (calls++ < 3 ? 0 : 1 - 1e-12));
    expect(target.reduce((a, b) => a + b, 0)).toBeGreaterThanOrEqual(81);
    expect(target.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(121);
  });

  it('draws groups by their weights and every label of a group alike', () => {
    // The pictures of b are 1000 brighter.
    const b = { ...ramp('b'), image: ramp().image.map((v) => v + 1000) };
    const set = sliceSet([ramp('a'), b], { shape: [5, 5], weights: { a: 1, b: 3, gone: 9 } });
    const random = seededRandom(3);
    const corners = Array.from({ length: 400 }, () => set.draw(random).image[0]);
    const left = 6 * 30 + 3;
    const counts = [left, left + 17, left + 1000, left + 1017].map(
      (value) => corners.filter((corner) => corner === value).length,
    );
    // 50, 50, 150, 150 of 400, and three deviations either way.
    for (const [i, expected] of [50, 50, 150, 150].entries()) {
      const deviation = Math.sqrt(expected * (1 - expected / 400));
      expect(Math.abs(counts[i] - expected)).toBeLessThan(3 * deviation);
    }
    expect(counts.reduce((sum, n) => sum + n, 0)).toBe(400);
    const never = sliceSet([ramp('a'), b], { shape: [5, 5], weights: { a: 0 } });
    for (let n = 0; n < 50; n++) expect(never.draw(random).image[0]).toBeGreaterThanOrEqual(1000);
  });

  it('refuses weights by which nothing can be drawn, and those of other groups alone', () => {
    const of = (weights: Record<string, number>) => () => sliceSet([ramp()], { shape: [5, 5], weights });
    for (const weight of [-1, Number.NaN, Infinity])
      expect(of({ a: weight })).toThrow(`weight ${weight} of group 'a'`);
    expect(of({ a: 0 })).toThrow(/every weight of the groups a is 0/);
    expect(of({ A: 5, liver: 1 })).toThrow(/weights of A, liver name none of the groups a/);
    expect(of({ a: 1, liver: 1 })).not.toThrow();
  });

  it('refuses slices that are not of their shape, and crops of no size', () => {
    const slice = { ...ramp('b'), image: new Float32Array(599) };
    const mismatch = {
      code: 'shape-mismatch',
      message: expect.stringMatching(/slice 1 of group 'b' .*599 pixels and 600/),
    };
    expect(() => sliceSet([ramp(), slice], { shape: [5, 5] })).toThrow(expect.objectContaining(mismatch));
    const labels = new Uint8Array(601).fill(1);
    expect(() => sliceSet([{ ...ramp(), labels }], { shape: [5, 5] })).toThrow(/601 labels/);
    for (const shape of [
      [0, 64],
      [10.5, 64],
    ] as const) {
      expect(() => sliceSet([ramp()], { shape })).toThrow(`shape [${shape}]`);
    }
    expect(() => sliceSet([ramp()], { shape: [5, 5], minArea: Number.NaN })).toThrow(/minArea NaN/);
  });

  it.each([
    [{ size: [0, 10] }, /size\[0\] 0 /],
    [{ contrast: 0 }, /contrast 0 /],
    [{ zoom: 0 }, /zoom 0 /],
    [{ rotation: Number.NaN }, /rotation NaN /],
    [{ whole: 2 }, /whole 2 /],
    [{ shift: -1 }, /shift -1 /],
    [
      { intensities: { curve: [0.5, 0], window: 0, negative: 0, noise: [0, 0] } },
      /intensities\.curve\[1\] 0 /,
    ],
    [
      { intensities: { curve: [0, 1], window: 1.5, negative: 0, noise: [0, 0] } },
      /intensities\.window 1\.5 /,
    ],
  ] as const)('refuses an augmentation that makes no numbers: %j', (augmentation, message) => {
    const refused = expect.objectContaining({
      code: 'invalid-option',
      message: expect.stringMatching(message),
    });
    expect(() => sliceSet([ramp()], { shape: [5, 5], augmentation })).toThrow(refused);
    const how = { ...AUGMENTATION_DEFAULTS, ...augmentation };
    expect(() => cropSample(ramp(), [1], [6, 3, 10, 7], [5, 5], how, constant(0))).toThrow(refused);
  });

  it('takes a change of no crop for one that is off, whatever its strength', () => {
    const intensities = {
      curve: [0, 0],
      bias: [0, 0],
      coarse: [0, 0],
      window: 0,
      negative: 0,
      noise: [0, 0],
    } as const;
    const off = { curve: [0, 1], window: 0, negative: 0, noise: [0, 0] } as const;
    const draw = (changes: IntensityChanges) =>
      sliceSet([ramp()], { shape: [5, 5], augmentation: { intensities: changes } }).draw(constant(0));
    expect(draw(intensities)).toEqual(draw(off));
  });

  it('refuses shares that are none, before any work', () => {
    for (const share of [-0.1, 1.5, Number.NaN]) {
      for (const name of ['synthetic', 'united', 'parted']) {
        expect(() => sliceSet([ramp()], { shape: [5, 5], [name]: share })).toThrow(`${name} ${share}`);
      }
    }
  });

  it('leaves structures out that are smaller than asked, and says when none is left', () => {
    expect(() => sliceSet([ramp()], { shape: [5, 5], minArea: 26 })).toThrow(/none of 1 slices/);
    expect(() => sliceSet([], { shape: [5, 5] })).toThrow(/none of 0 slices/);
  });

  it('unites a structure with others of its slice, in one window', () => {
    const set = sliceSet([ramp()], { shape: [21, 30], united: 1 });
    for (const seed of [1, 2, 3]) {
      const { target } = set.draw(seededRandom(seed));
      // The middle of both is (8, 13.5), so that the crop begins two rows above and one column before the slice.
      const { labels } = ramp();
      const expected = Array.from({ length: 21 * 30 }, (_, k) => {
        const [y, x] = [Math.floor(k / 30) - 2, (k % 30) - 1];
        return y >= 0 && x >= 0 && labels[y * 30 + x] > 0 ? 1 : 0;
      });
      expect([...target]).toEqual(expected);
    }
    const alone = ramp();
    alone.labels.set(alone.labels.map((id) => (id === 2 ? 0 : id)));
    const { target } = sliceSet([alone], { shape: [5, 5], united: 1 }).draw(seededRandom(1));
    expect([...target]).toEqual(new Array(25).fill(1));
  });

  it('parts a structure along a line: what is left lies on one side of what is gone', () => {
    const set = sliceSet([ramp()], { shape: [5, 5], parted: 1 });
    const random = seededRandom(4);
    for (let round = 0; round < 20; round++) {
      const { target } = set.draw(random);
      // Some direction tells the two apart: brute force over angles.
      const apart = Array.from({ length: 720 }, (_, i) => (i * Math.PI) / 360).some((angle) => {
        const along = (k: number) => Math.sin(angle) * Math.floor(k / 5) + Math.cos(angle) * (k % 5);
        const of = (value: number) => [...target.keys()].filter((k) => target[k] === value).map(along);
        return Math.max(...of(1)) <= Math.min(...of(0)) + 1e-9;
      });
      expect(apart).toBe(true);
      expect(target).toContain(0);
    }
  });
});

import { isClicksegError, type Raster } from '@clickseg/raster';
import { describe, expect, it } from 'vitest';
import { countBytes, countWords } from '../src/count-bytes.ts';
import * as metrics from '../src/index.ts';
import { randomMask, seeded } from './pairs.ts';

const random = seeded(3);
const a = randomMask([12, 20], random, 0.3);
const b = randomMask([12, 20], random, 0.3);
const {
  areaUnderCurve,
  averageSurfaceDistance,
  boundaryIou,
  clickCurve,
  clicksToTarget,
  compareLabels,
  compareMasks,
  compareSlices,
  counts,
  dice,
  hausdorff,
  hausdorff95,
  hausdorffPercentile,
  masd,
  meanAbsoluteDistance,
  numberOfClicks,
  pairedBootstrap,
  setHausdorff,
  softDice,
  summarize,
  surfaceDice,
  surfaceDistances,
  toMarkdown,
  wilcoxon,
} = metrics;

describe('bad input is refused with its code and the value', () => {
  const bad = <T>(value: unknown) => value as T;
  it.each([
    ['spacing zero', 'invalid-spacing', () => hausdorff(a, b, { spacing: [1, 0] }), /0 in \[1,0\]/],
    ['spacing negative', 'invalid-spacing', () => compareMasks(a, b, { spacing: [-1, 1] }), /-1/],
    ['spacing NaN', 'invalid-spacing', () => surfaceDice(a, b, { spacing: [Number.NaN, 1] }), /NaN/],
    ['spacing infinite', 'invalid-spacing', () => setHausdorff(a, b, { spacing: [1, Infinity] }), /Infinity/],
    [
      'spacing too long',
      'invalid-spacing',
      () => meanAbsoluteDistance(a, b, { spacing: [1, 1, 1] }),
      /3 values/,
    ],
    ['shapes that differ', 'shape-mismatch', () => dice(a, { ...b, shape: [20, 12] }), /12,20.*20,12/],
    ['a transposed shape', 'shape-mismatch', () => hausdorff({ ...a, shape: [20, 12] }, b), /20,12/],
    ['one axis', 'invalid-shape', () => dice({ ...a, shape: [240] }, { ...b, shape: [240] }), /240/],
    ['a plain array', 'invalid-array', () => dice({ data: bad([1]), shape: [1, 1] }, b), /typed array/],
    ['percentile above 100', 'invalid-option', () => hausdorffPercentile(a, b, { percentile: 101 }), /101/],
    ['percentile below 0', 'invalid-option', () => hausdorffPercentile(a, b, { percentile: -1 }), /-1/],
    ['percentile NaN', 'invalid-option', () => hausdorffPercentile(a, b, { percentile: Number.NaN }), /NaN/],
    ['a definition unknown', 'invalid-option', () => compareMasks(a, b, { definition: bad('hd95') }), /hd95/],
    ['a negative tolerance', 'invalid-option', () => surfaceDice(a, b, { tolerance: -0.1 }), /-0.1/],
    ['connectivity 3 in 2-D', 'invalid-option', () => hausdorff(a, b, { connectivity: 3 }), /got 3/],
    ['a policy unknown', 'invalid-option', () => dice(a, b, { empty: bad('zero') }), /zero/],
    ['a negative penalty', 'invalid-option', () => hausdorff(a, b, { empty: { penalty: -1 } }), /-1/],
    ['a metric unknown', 'invalid-option', () => compareMasks(a, b, { metrics: bad(['hd']) }), /hd/],
    [
      'a metric left undefined',
      'invalid-option',
      () => compareMasks(a, b, { metrics: bad([undefined]) }),
      /undefined/,
    ],
    [
      'a hole among metrics',
      'invalid-option',
      () => compareMasks(a, b, { metrics: bad(Object.assign([], { 1: 'dice' })) }),
      /undefined/,
    ],
    [
      'metrics that are one word',
      'invalid-option',
      () => compareMasks(a, b, { metrics: bad('dice') }),
      /"dice" is no list/,
    ],
    [
      'a hole among labels',
      'invalid-option',
      () => compareLabels(a, b, { labels: bad(Object.assign([1], { 2: 3 })) }),
      /\[1,undefined,3\]/,
    ],
    [
      'labels that are one number',
      'invalid-option',
      () => compareLabels(a, b, { labels: bad(3) }),
      /labels 3/,
    ],
    [
      'a volume as its first slice',
      'invalid-array',
      () => dice({ data: new Uint8Array(480), shape: [12, 20] }, b),
      /480/,
    ],
    [
      'spacing at the end of doubles',
      'invalid-spacing',
      () => hausdorff(a, b, { spacing: [1e155, 1] }),
      /1e\+155/,
    ],
    [
      'spacing at their beginning',
      'invalid-spacing',
      () => hausdorff(a, b, { spacing: [1e-165, 1] }),
      /1e-165/,
    ],
    ['a band of no width', 'invalid-option', () => boundaryIou(a, b, { width: 0 }), /0/],
    ['slices of a slice', 'invalid-shape', () => compareSlices(a, b), /12,20/],
    ['labels that are not whole', 'invalid-array', () => compareLabels(float(0.5), float(0.5)), /0.5/],
    ['a NaN pixel', 'not-finite', () => dice(float(Number.NaN), float(1)), /NaN/],
    ['a NaN probability', 'not-finite', () => softDice(float(Number.NaN), float(1)), /NaN/],
    ['a mask of 0 and 255', 'invalid-array', () => softDice(float(255), float(1)), /pixel 0 is 255/],
    ['a probability below 0', 'invalid-array', () => softDice(float(0.5), float(-0.1)), /-0.1.*in gt/],
    [
      'a stride of text',
      'invalid-array',
      () => dice({ ...a, stride: bad(['20', '1']) }, b),
      /stride \[20,1\]/,
    ],
    [
      'a spacing that is one number',
      'invalid-spacing',
      () => hausdorff(a, b, { spacing: bad(0.7) }),
      /0.7 is/,
    ],
    [
      'a spacing beside measured distances',
      'invalid-option',
      () => hausdorff(surfaceDistances(a, b), bad({ spacing: [1, 2] })),
      /spacing \[1,2\] is for surfaceDistances/,
    ],
    [
      'a value that is missing',
      'invalid-option',
      () => summarize(bad([1, null]), { unit: 'patient' }),
      /null/,
    ],
    ['a value of text', 'invalid-option', () => wilcoxon([1], bad(['0.8'])), /0.8/],
    ['no list of scores', 'invalid-option', () => numberOfClicks(bad(5), 0.9, 20), /5 is no list/],
    [
      'no list of runs',
      'invalid-option',
      () => clicksToTarget(bad([{}]), { target: 1, unit: 'image' }),
      /runs\[0\]/,
    ],
    [
      'too many draws',
      'invalid-option',
      () => pairedBootstrap([1], [2], { resamples: 2 ** 40 }),
      /1099511627776/,
    ],
    ['a unit unknown', 'invalid-option', () => summarize([1], { unit: bad('voxel') }), /voxel/],
    ['no draws', 'invalid-option', () => pairedBootstrap([1], [2], { resamples: 0 }), /0/],
    ['pairs that do not pair', 'shape-mismatch', () => pairedBootstrap([1], [2, 3]), /1 values against 2/],
    ['a limit of 0', 'invalid-option', () => numberOfClicks([1], 0.9, 0), /0/],
    [
      'a target NaN',
      'invalid-option',
      () => clicksToTarget([], { target: Number.NaN, unit: 'image' }),
      /NaN/,
    ],
    ['an area over a NaN', 'not-finite', () => areaUnderCurve([0.5, Number.NaN, 1]), /score 1 is NaN/],
    [
      'an area over infinities',
      'not-finite',
      () => areaUnderCurve([1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]),
      /score 1 is Infinity/,
    ],
    ['an area at no click', 'invalid-option', () => areaUnderCurve([0.5], [Number.NaN]), /click 0 is NaN/],
    ['a curve without its unit', 'invalid-option', () => clickCurve([], bad({})), /unit/],
    ['a direction unknown', 'invalid-option', () => hausdorff(a, b, { direction: bad('both') }), /"both"/],
    ['no scores', 'invalid-option', () => areaUnderCurve([]), /no scores/],
    ['digits below 0', 'invalid-option', () => toMarkdown([], { digits: -1 }), /-1/],
  ] as const)('%s', (_, code, act, message) => {
    let error: unknown;
    try {
      act();
    } catch (e) {
      error = e;
    }
    expect(isClicksegError(error, code), String(error)).toBe(true);
    expect(String(error)).toMatch(message);
  });

  it('a volume beyond the memory allowed, before anything is allocated', () => {
    // The data are one shared pixel: only the shape is large, as with a mistaken header.
    const one = new Float32Array(1);
    const huge: Raster = { data: one, shape: [1200, 1200, 1200], stride: [0, 0, 0] };
    const before = process.memoryUsage().arrayBuffers;
    let error: unknown;
    try {
      surfaceDistances(huge, huge);
    } catch (e) {
      error = e;
    }
    expect(isClicksegError(error, 'too-large')).toBe(true);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e6);
    expect(() => surfaceDistances(a, b, { memoryLimit: 100 })).toThrow(/more than memoryLimit/);
  });
});

function float(v: number): Raster {
  return { data: new Float32Array([v, 0, 1, 1]), shape: [2, 2] };
}

describe('any mask is taken as it is', () => {
  const plain = compareMasks(a, b, { spacing: [2, 0.5] });
  const as = (mask: Raster, make: (values: number[]) => Raster['data']): Raster => ({
    data: make(Array.from(mask.data, (v) => v * 3)),
    shape: mask.shape,
  });

  it.each([
    ['Int8Array', (v: number[]) => Int8Array.from(v, (x) => -x)],
    ['Uint8ClampedArray', (v: number[]) => Uint8ClampedArray.from(v)],
    ['Uint16Array', (v: number[]) => Uint16Array.from(v, (x) => x * 256)],
    ['Int32Array', (v: number[]) => Int32Array.from(v, (x) => -x)],
    ['Float32Array', (v: number[]) => Float32Array.from(v, (x) => x / 100)],
    ['Float64Array', (v: number[]) => Float64Array.from(v, (x) => x * 1e-300)],
    ['bytes of 128 and 255', (v: number[]) => Uint8Array.from(v, (x, i) => (x ? (i % 2 ? 128 : 255) : 0))],
  ])('%s', (_, make) => {
    expect(compareMasks(as(a, make), as(b, make), { spacing: [2, 0.5] })).toEqual(plain);
  });

  it('strided, reversed and offset views', () => {
    const wide = new Uint8Array(5 + 24 * 40);
    for (let y = 0; y < 12; y++) for (let x = 0; x < 20; x++) wide[5 + y * 80 + x * 2] = a.data[y * 20 + x];
    const strided = { data: wide, shape: [12, 20], stride: [80, 2], offset: 5 };
    const reversed = {
      data: Uint8Array.from(b.data).reverse(),
      shape: [12, 20],
      stride: [-20, -1],
      offset: 239,
    };
    expect(compareMasks(strided, reversed, { spacing: { x: 0.5, y: 2 } })).toEqual(plain);
    const odd = new Uint8Array(243);
    odd.set(a.data, 3);
    expect(compareMasks({ data: odd, shape: [12, 20], offset: 3 }, b, { spacing: [2, 0.5] })).toEqual(plain);
  });

  it('shared memory, which is left unchanged, as every input is', () => {
    const shared = new Uint8Array(new SharedArrayBuffer(240));
    shared.set(a.data);
    const copies = [a.data.slice(), b.data.slice()];
    expect(compareMasks({ data: shared, shape: [12, 20] }, b, { spacing: [2, 0.5] })).toEqual(plain);
    expect([shared.slice(), b.data]).toEqual(copies);
    softDice(a, b);
    compareLabels(a, b);
    expect([a.data, b.data]).toEqual(copies);
  });

  it('distances at hand do not follow the masks', () => {
    const mask = { data: a.data.slice(), shape: a.shape };
    const d = surfaceDistances(mask, b, { spacing: [2, 0.5] });
    mask.data.fill(1);
    expect(hausdorff(d)).toBe(plain.hausdorff);
    expect(surfaceDice(d)).toBe(plain.surfaceDice);
  });
});

it('counts alike by WebAssembly, by words and one by one, at every length and alignment', () => {
  for (const n of [0, 1, 15, 16, 1023, 1024, 1031, 70_000, 200_003]) {
    for (const shift of [0, 1]) {
      const p = new Uint8Array(n + shift).map(() => (random() < 0.4 ? 1 + Math.floor(random() * 255) : 0));
      const q = new Uint8Array(n + shift).map(() => (random() < 0.6 ? 1 + Math.floor(random() * 255) : 0));
      const [x, y] = [p.subarray(shift), q.subarray(shift)];
      const one = { inA: 0, inB: 0, inBoth: 0 };
      for (let i = 0; i < n; i++) {
        if (x[i]) one.inA++;
        if (y[i]) one.inB++;
        if (x[i] && y[i]) one.inBoth++;
      }
      expect(countBytes(x, y), `${n} from ${shift}`).toEqual(one);
      expect(countWords(x, y), `${n} from ${shift}`).toEqual(one);
    }
  }
  expect(counts(a, a).falsePositives).toBe(0);
});

describe('what a peer calls an option is not dropped', () => {
  const names = {
    voxelspacing: 'spacing',
    voxel_spacing: 'spacing',
    spacing_mm: 'spacing',
    sampling: 'spacing',
    tolerance_mm: 'tolerance',
    class_thresholds: 'tolerance',
    distance_metric: 'metric',
    distanceMetric: 'metric',
    directed: 'direction',
    symmetric: 'direction',
    percent: 'percentile',
    use_subvoxels: 'surface',
    ignore_empty: 'empty',
  };
  const refused = (message: RegExp) =>
    expect.objectContaining({ code: 'invalid-option', message: expect.stringMatching(message) });
  it.each(Object.entries(names))('%s is %s here', (name, ours) => {
    const options = { [name]: 2 } as never;
    for (const work of [
      hausdorff,
      surfaceDice,
      surfaceDistances,
      setHausdorff,
      compareMasks,
      compareLabels,
      dice,
    ]) {
      expect(() => (work as (...args: unknown[]) => unknown)(a, b, options), work.name).toThrow(
        refused(new RegExp(`${name} 2.*${ours}`)),
      );
    }
    expect(() => hausdorff(surfaceDistances(a, b), options)).toThrow(refused(new RegExp(ours)));
  });

  it('the band has one name alone, and in a comparison of many metrics another', () => {
    const of = (options: object) => options as never;
    expect(() => boundaryIou(a, b, of({ boundaryWidth: 4 }))).toThrow(refused(/boundaryWidth 4.*width/));
    expect(() => compareMasks(a, b, of({ width: 4 }))).toThrow(refused(/width 4.*boundaryWidth/));
    expect(compareMasks(a, b, { boundaryWidth: 4 })).toMatchObject({
      boundaryWidth: 4,
      boundaryIou: boundaryIou(a, b, { width: 4 }),
    });
  });

  it('a direction is of one list alone, and refused where there are two', () => {
    const d = surfaceDistances(a, b, { spacing: [2, 0.5] });
    for (const direction of ['pred-to-gt', 'gt-to-pred'] as const) {
      const list = Array.from(direction === 'pred-to-gt' ? d.pixels.predToGt : d.pixels.gtToPred);
      list.sort((x, y) => x - y);
      // NumPy's percentile, written out.
      const at = 0.95 * (list.length - 1);
      const [low, high] = [list[Math.floor(at)], list[Math.ceil(at)]];
      expect(hausdorff95(d, { direction })).toBeCloseTo(low + (high - low) * (at % 1), 12);
      expect(hausdorffPercentile(d, { direction, percentile: 100 })).toBe(hausdorff(d, { direction }));
      for (const definition of ['pooled', 'surface-weighted'] as const) {
        expect(() => hausdorff95(d, { definition, direction })).toThrow(refused(/direction "/));
      }
      for (const work of [compareMasks, compareLabels]) {
        expect(() => work(a, b, { direction } as never)).toThrow(refused(/direction "/));
      }
    }
    expect(hausdorff95(d)).toBe(
      Math.max(
        hausdorff95(d, { direction: 'pred-to-gt' }),
        hausdorff95(d, { direction: 'gt-to-pred', definition: 'max-directed' }),
      ),
    );
    expect(() => hausdorff95(d, { direction: 'both' as never })).toThrow(refused(/unknown direction "both"/));
  });

  it('a percentile is of hausdorffPercentile, and bare spacing goes into spacing', () => {
    for (const work of [hausdorff, hausdorff95, compareMasks]) {
      expect(() => (work as (...args: unknown[]) => unknown)(a, b, { percentile: 90 })).toThrow(
        refused(/percentile 90.*hausdorffPercentile/),
      );
    }
    expect(hausdorff95(a, b, { percentile: 95 } as object)).toBe(hausdorff95(a, b));
    expect(compareMasks(a, b, { percentile: 95 } as object)).toEqual(compareMasks(a, b));
    expect(() => hausdorff(a, b, { x: 0.5, y: 0.7 } as never)).toThrow(refused(/x: 0.5, y: 0.7.*spacing/));
  });

  it('other names are let be: one object may serve several functions', () => {
    const wide = {
      spacing: [2, 1],
      tolerance: 2,
      percentile: 90,
      definition: 'pooled',
      labels: [1],
    } as const;
    expect(hausdorffPercentile(a, b, wide)).toBe(
      hausdorffPercentile(a, b, { spacing: [2, 1], percentile: 90, definition: 'pooled' }),
    );
    expect(surfaceDice(a, b, wide)).toBe(surfaceDice(a, b, { spacing: [2, 1], tolerance: 2 }));
  });
});

describe('distances at hand', () => {
  const d = surfaceDistances(a, b, { spacing: [2, 0.5] });
  const coded = (code: string) => expect.objectContaining({ code });
  const every = [
    hausdorff,
    hausdorff95,
    hausdorffPercentile,
    meanAbsoluteDistance,
    masd,
    averageSurfaceDistance,
    surfaceDice,
  ] as ((...args: unknown[]) => number)[];

  it.each(every.map((f) => [f.name, f] as const))(
    '%s takes a structured clone, and none that went through JSON',
    (_, f) => {
      expect(f(structuredClone(d))).toBe(f(d));
      const text = JSON.parse(JSON.stringify(d));
      expect(() => f(text)).toThrow(coded('invalid-array'));
      expect(() => f({ ...structuredClone(d), elements: text.elements })).toThrow(coded('invalid-array'));
    },
  );

  it.each(every.map((f) => [f.name, f] as const))(
    '%s takes options after them, and neither a mask nor more',
    (_, f) => {
      for (const args of [
        [d, b],
        [d, b, {}],
        [d, {}, {}],
        [d, undefined, { definition: 'nonsense' }],
        [d, null],
        [a, b, null],
      ]) {
        expect(() => f(...args)).toThrow(coded('invalid-option'));
      }
      expect(f(d, undefined)).toBe(f(d));
    },
  );
});

it('labels may be a typed array', () => {
  expect(compareLabels(a, b, { labels: Uint16Array.of(1) })).toEqual(compareLabels(a, b, { labels: [1] }));
});

describe('what went wrong says where', () => {
  const volume = (values: number[]): Raster => ({ data: Float32Array.from(values), shape: [2, 2, 2] });
  const message = (work: () => unknown) => {
    try {
      work();
    } catch (error) {
      return String(error);
    }
    return 'nothing';
  };

  it('in compareSlices', () => {
    const some = volume([0, 0, 0, 1, 1, 0, 0, 0]);
    expect(message(() => compareSlices(volume([0, 0, 0, 1, 0, 0, 0, 0]), some, { empty: 'throw' }))).toMatch(
      /slice 1: .*pred is empty/,
    );
    expect(message(() => compareSlices(volume([0, 0, 0, 1, 0, 0, Number.NaN, 0]), some))).toMatch(
      /slice 1: pred: .*NaN/,
    );
    // Three dimensions have it; the slices that are compared do not, which is said before any is looked at.
    expect(message(() => compareSlices(some, some, { connectivity: 3 }))).toMatch(
      /compareSlices: connectivity must be 1 to 2/,
    );
  });

  it('in compareLabels', () => {
    const gt = volume([0, 0, 65, 65, 7, 0, 0, 0]);
    expect(message(() => compareLabels(volume([7, 0, 0, 0, 0, 0, 0, 0]), gt, { empty: 'throw' }))).toMatch(
      /label 65: .*pred is empty/,
    );
  });
});

it('tables are of lists of objects, with options that are an object', () => {
  const refused = expect.objectContaining({ code: 'invalid-option' });
  const wild = (value: unknown) => value as never;
  for (const work of [
    () => metrics.toRows(wild([5])),
    () => metrics.toCsv(wild(null)),
    () => metrics.toCsv([], wild(null)),
    () => metrics.toMarkdown([{ a: 1 }], { columns: wild('a') }),
    () => metrics.summarizeComparisons(wild({}), { unit: 'slice' }),
    () => clicksToTarget([[0.5]], wild(null)),
    () => pairedBootstrap([1], [2], wild(null)),
    () => surfaceDistances(a, b, wild(null)),
    () => areaUnderCurve([0.5, 0.6], [0, Number.POSITIVE_INFINITY]),
  ]) {
    expect(work).toThrow(refused);
  }
  // `null` was given, and undefined was not, as in every other package.
  for (const work of [surfaceDice, compareMasks]) {
    expect(() => (work as (...args: unknown[]) => unknown)(a, b, { tolerance: null })).toThrow(refused);
    expect(() => (work as (...args: unknown[]) => unknown)(a, b, { empty: null })).toThrow(refused);
  }
  expect(surfaceDice(a, b, { tolerance: undefined, empty: undefined })).toBe(surfaceDice(a, b));
});

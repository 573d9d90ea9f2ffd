import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  areaUnderCurve,
  boundaryIou,
  clickCurve,
  clicksToTarget,
  compareLabels,
  compareMasks,
  METRICS,
  numberOfClicks,
  pairedBootstrap,
  summarize,
  summarizeComparisons,
  toCsv,
  toMarkdown,
  toRows,
  wilcoxon,
} from '../src/index.ts';
import { maskOf, seeded } from './pairs.ts';

// Written by reference.py.
const reference = JSON.parse(readFileSync(new URL('./fixtures/reference.json', import.meta.url), 'utf8'));

it('tests pairs as scipy.stats.wilcoxon', () => {
  for (const { a, b, mode, statistic, p } of reference.wilcoxon) {
    const ours = wilcoxon(a, b);
    expect(ours.method).toBe(mode === 'asymptotic' ? 'normal' : 'exact');
    expect(ours.statistic).toBe(statistic);
    expect(Math.abs(ours.p / p - 1)).toBeLessThan(1e-9);
  }
  expect(wilcoxon([1, 2, Number.NaN], [1, 2, 3])).toMatchObject({
    p: 1,
    count: 0,
    ties: 2,
    undefinedCount: 1,
  });
  // Nothing was compared: that is no agreement.
  expect(wilcoxon([Number.NaN], [1]).p).toBeNaN();
});

it('ranks an infinite difference as the largest, as scipy.stats.wilcoxon: who misses a case gains nothing by it', () => {
  // Python writes infinity as inf.
  const read = (list: string[]) => list.map((v) => (v === 'inf' ? Number.POSITIVE_INFINITY : Number(v)));
  for (const { a, b, statistic, p } of reference.wilcoxonInfinite) {
    const ours = wilcoxon(read(a), read(b));
    expect(ours.statistic).toBe(statistic);
    expect(ours.p).toBeCloseTo(p, 14);
    // Both missed: that tells nothing of the two.
    expect(ours.undefinedCount).toBe(
      a.filter((v: string, i: number) => v === 'inf' && b[i] === 'inf').length,
    );
  }
});

it('tells no difference from fewer pairs than can show one', () => {
  // Every pattern of signs of five pairs but two lies nearer to 0: 2 of 32, however large the differences.
  const [a, b] = [
    [1, 1, 1, 1, 1],
    [0, 0, 0, 0, 0],
  ];
  expect(wilcoxon(a, b).p).toBe(2 / 32);
  expect(pairedBootstrap(a, b).p).toBe(2 / 32);
  const one = pairedBootstrap([0.8], [0.79]);
  expect(one.p).toBe(1);
  expect([one.ciLow, one.ciHigh]).toEqual([Number.NaN, Number.NaN]);
  expect(summarize([0.8], { unit: 'patient' })).toMatchObject({ mean: 0.8, ciLow: Number.NaN });
});

it('counts the patterns of signs as scipy.stats.permutation_test', () => {
  for (const { a, b, p } of reference.signFlips) {
    expect(pairedBootstrap(a, b).p, `${a.length} pairs`).toBeCloseTo(p, 12);
  }
});

it('draws patterns where they are too many to count, and is right by chance as often as it says', () => {
  const random = seeded(5);
  let found = 0;
  for (let run = 0; run < 200; run++) {
    const list = () => Array.from({ length: 40 }, () => random());
    if (pairedBootstrap(list(), list(), { resamples: 400, seed: run }).p <= 0.05) found++;
  }
  // Binomial(200, 0.05): 3 to 19 in 99.9 % of all seeds.
  expect(found).toBeGreaterThanOrEqual(3);
  expect(found).toBeLessThanOrEqual(19);
});

it('summarizes as NumPy, and its interval is SciPy’s but for the draws', () => {
  for (const r of reference.summary) {
    const s = summarize(r.values, { unit: 'slice', resamples: 4000 });
    for (const k of ['mean', 'sd', 'q1', 'median', 'q3', 'whiskerLow', 'whiskerHigh'] as const) {
      expect(s[k], k).toBeCloseTo(r[k], 12);
    }
    expect(s.outliers).toEqual(r.outliers);
    const slack = 0.12 * (r.ci[1] - r.ci[0]);
    expect(Math.abs(s.ciLow - r.ci[0])).toBeLessThan(slack);
    expect(Math.abs(s.ciHigh - r.ci[1])).toBeLessThan(slack);
  }
});

it('counts what is undefined by reason, and leaves it out of the figures', () => {
  const values = [0.5, Number.NaN, Infinity, 0.7, Number.NaN];
  const reasons = [undefined, 'prediction empty', undefined, undefined, undefined];
  const s = summarize(values, { unit: 'volume', reasons });
  expect(s).toMatchObject({ unit: 'volume', count: 2, undefinedCount: 3 });
  expect(s.undefinedByReason).toEqual({ 'prediction empty': 1, infinite: 1, NaN: 1 });
  expect(s.mean).toBeCloseTo(0.6, 15);
  const none = summarize([Number.NaN], { unit: 'volume' });
  expect([none.count, none.mean, none.median, none.ciLow]).toEqual([0, Number.NaN, Number.NaN, Number.NaN]);
});

it('counts reasons that are called as what every object has', () => {
  const reasons = ['toString', '__proto__'];
  const s = summarize([Number.NaN, Number.NaN], { unit: 'slice', reasons });
  expect(Object.entries(s.undefinedByReason)).toEqual([
    ['toString', 1],
    ['__proto__', 1],
  ]);
});

describe('a summary of comparisons', () => {
  const empty = { data: new Uint8Array(81), shape: [9, 9] };
  const a = maskOf(
    [9, 9],
    [
      [1, 1],
      [1, 2],
      [5, 5],
    ],
  );
  const b = maskOf(
    [9, 9],
    [
      [2, 2],
      [2, 3],
      [7, 5],
    ],
  );

  it('repeats the terms of its numbers', () => {
    const terms = {
      definition: 'pooled',
      tolerance: 2,
      surface: 'elements',
      surfaceDiceOf: 'pixels',
      connectivity: 2,
    } as const;
    const c = compareMasks(a, b, terms);
    expect(c).toMatchObject({ ...terms, distanceMetric: 'euclidean' });
    const all = summarizeComparisons([c, c], { unit: 'image' });
    expect(all.hausdorff95).toMatchObject({
      count: 2,
      definition: 'pooled',
      connectivity: 2,
      distanceMetric: 'euclidean',
    });
    expect(all.surfaceDice).toMatchObject({ tolerance: 2, surfaceDiceOf: 'pixels' });
    expect(all.masd).toMatchObject({ surface: 'elements' });
    expect(all.dice).not.toHaveProperty('connectivity');
  });

  it('is a row of a table beside the name of its metric', () => {
    const all = summarizeComparisons([compareMasks(a, b)], { unit: 'image' });
    const rows = toRows(Object.entries(all).map(([metric, s]) => ({ metric, ...s })));
    expect(rows.map((r) => r.metric)).toEqual(METRICS);
    expect(toCsv(rows, { columns: ['metric', 'distanceMetric'] })).toContain('hausdorff95,euclidean\r\n');
  });

  it.each([
    [
      { definition: 'pooled' },
      { definition: 'surface-weighted' },
      /hausdorff95.*"pooled".*"surface-weighted"/,
    ],
    [{ tolerance: 1 }, { tolerance: 2 }, /surfaceDice.*1 and 2/],
    [{ surface: 'pixels' }, { surface: 'elements' }, /meanAbsoluteDistance/],
    [{ surfaceDiceOf: 'pixels' }, {}, /surfaceDice/],
    [{ connectivity: 2 }, {}, /connectivity 2 and 1/],
    [{ metric: 'chessboard' }, {}, /"chessboard"/],
    [{ empty: { penalty: 99 } }, {}, /hausdorff under emptyPolicy "penalty" and "nan"/],
  ] as const)('refuses %j among %j where it moves a number', (one, other, message) => {
    const both = (metrics?: ['dice']) =>
      [one, other].map((terms) => compareMasks(a, b, { ...terms, metrics }));
    expect(() => summarizeComparisons(both(), { unit: 'image' })).toThrow(message);
    expect(summarizeComparisons(both(['dice']), { unit: 'image' }).dice?.count).toBe(2);
  });

  it('takes penalties of different size, as each image has its own diagonal', () => {
    const both = [3, 99].map((penalty) => compareMasks(empty, b, { empty: { penalty } }));
    expect(summarizeComparisons(both, { unit: 'image' }).hausdorff?.mean).toBe(51);
  });

  it('refuses a metric that only some comparisons hold', () => {
    const some = [compareMasks(a, b), compareMasks(a, b, { metrics: ['hausdorff'] })];
    expect(() => summarizeComparisons(some, { unit: 'image' })).toThrow(/1 of 2 comparisons hold dice/);
  });

  it('says that a reference is full where nothing could be specific', () => {
    const full = { data: new Uint8Array(a.data.length).fill(1), shape: a.shape };
    const all = summarizeComparisons([compareMasks(empty, full)], { unit: 'image' });
    expect(all.specificity?.undefinedByReason).toEqual({ 'reference full': 1 });
    expect(all.precision?.undefinedByReason).toEqual({ 'prediction empty': 1 });
  });

  it('takes scans of different spacing, and comparisons that were stored without their terms', () => {
    const c = compareMasks(a, b);
    const { definition, connectivity, distanceMetric, ...stored } = compareMasks(a, b, { spacing: [2, 1] });
    const all = summarizeComparisons([c, stored as typeof c], { unit: 'image' });
    expect(all.hausdorff95).toMatchObject({ count: 2, definition, connectivity, distanceMetric });
  });
});

describe('an interval over values of few patients', () => {
  const values = [1, 2, 5, 9, 9.5, 8, Number.NaN];
  const groups = ['a', 'a', 'b', 'c', 'c', 'c', 'd'];

  it('draws patients, not values: every draw of three, tried', () => {
    const patients = [[1, 2], [5], [9, 9.5, 8]];
    const means = patients
      .flatMap((p) => patients.flatMap((q) => patients.map((r) => [...p, ...q, ...r])))
      .map((all) => all.reduce((x, y) => x + y) / all.length)
      .sort((x, y) => x - y);
    // No border between two means lies near these shares of the 27.
    for (const confidence of [0.95, 0.83, 0.5]) {
      const s = summarize(values, { unit: 'slice', groups, confidence, resamples: 20_000 });
      expect(s.ciLow).toBeCloseTo(means[Math.floor((27 * (1 - confidence)) / 2)], 12);
      expect(s.ciHigh).toBeCloseTo(means[Math.floor((27 * (1 + confidence)) / 2)], 12);
      expect([s.count, s.groupCount]).toEqual([6, 3]);
    }
  });

  it('is the interval of values where each patient has one, and none where there is one patient', () => {
    const sorted = [1, 2, 3, 5, 8, 13];
    const { groupCount, ...grouped } = summarize(sorted, { unit: 'patient', groups: [6, 5, 4, 3, 2, 1] });
    expect(groupCount).toBe(6);
    expect(grouped).toEqual(summarize(sorted, { unit: 'patient' }));
    expect(summarize([1, 2, 3], { unit: 'slice', groups: ['a', 'a', 'a'] })).toMatchObject({
      mean: 2,
      ciLow: Number.NaN,
    });
    expect(() => summarize([1, 2], { unit: 'slice', groups: ['a'] })).toThrow(/1 groups for 2 values/);
  });

  it('takes numbers in a typed array, and refuses what names nobody', () => {
    const of = (groups: unknown) => summarize([1, 2], { unit: 'slice', groups: groups as number[] });
    expect(of(Uint16Array.of(7, 8))).toEqual(of([7, 8]));
    expect(() => of([undefined, 1])).toThrow('summarize: group 0 is undefined');
    // A hole is no group either.
    expect(() => of(Object.assign(['a'], { length: 2 }))).toThrow('summarize: group 1 is undefined');
    expect(() => of(['a', Number.NaN])).toThrow('summarize: group 1 is NaN');
    expect(() => of([{}, 'a'])).toThrow('summarize: group 0 is Object');
    for (const groups of ['ab', null, new Set([1, 2]), new DataView(new ArrayBuffer(2))]) {
      expect(() => of(groups)).toThrow(/summarize: groups .* is no list/);
    }
    expect(() => summarize([1], { unit: 'slice', reasons: 'a' as never })).toThrow(/reasons "a" is no list/);
  });
});

it('the same seed draws the same interval, another seed another', () => {
  const values = [1, 2, 3, 5, 8, 13];
  const one = summarize(values, { unit: 'image', seed: 1 });
  expect(summarize(values, { unit: 'image', seed: 1 })).toEqual(one);
  expect(summarize(values, { unit: 'image', seed: 2 })).not.toEqual(one);
  expect(summarize(values, { unit: 'image', seed: 1 + 2 ** 32 })).not.toEqual(one);
});

it('the paired bootstrap sees a small steady difference that the spread of cases hides', () => {
  const random = seeded(11);
  const a = Array.from({ length: 40 }, () => random());
  const b = a.map((v) => v - 0.02 - 0.01 * random());
  const r = pairedBootstrap(a, b);
  expect(r.ciLow).toBeGreaterThan(0.02);
  expect(r.ciHigh).toBeLessThan(0.03);
  expect(r.p).toBe(1 / 2001);
  expect(pairedBootstrap(b, a).difference).toBeCloseTo(-r.difference, 15);
});

it('boundary IoU is the authors’ (OpenCV erosion)', () => {
  for (const { shape, pred, gt, width, iou } of reference.boundaryIou) {
    const mask = (text: string) => ({ data: Uint8Array.from(text, Number), shape });
    expect(boundaryIou(mask(pred), mask(gt), { width }), `width ${width}`).toBeCloseTo(iou, 14);
  }
  // The authors' default is Python's round(0.02 * 125): 2, not 3.
  const square = (top: number) => ({
    data: Uint8Array.from({ length: 7500 }, (_, i) => {
      const [y, x] = [Math.floor(i / 100), i % 100];
      return y >= top && y < top + 40 && x > 20 && x < 70 ? 1 : 0;
    }),
    shape: [75, 100],
  });
  const [pred, gt] = [square(10), square(13)];
  expect(boundaryIou(pred, gt)).toBe(boundaryIou(pred, gt, { width: 2 }));
  expect(boundaryIou(pred, gt)).not.toBe(boundaryIou(pred, gt, { width: 3 }));
});

describe('many labels in one pass', () => {
  const random = seeded(21);
  const map = () =>
    Uint8Array.from({ length: 18 * 23 }, (_, i) => (random() < 0.2 ? 0 : [0, 2, 5, 9][(i >> 5) & 3]));
  const pred = { data: map(), shape: [18, 23] };
  const gt = { data: map(), shape: [18, 23] };

  it('answers for each what its masks alone answer', () => {
    const all = compareLabels(pred, gt, { spacing: [1, 2], labels: [2, 5, 9, 77] });
    expect(all.map((l) => l.label)).toEqual([2, 5, 9, 77]);
    for (const { label, ...ours } of all) {
      const alone = (m: { data: Uint8Array; shape: number[] }) => ({
        data: m.data.map((v) => (v === label ? 1 : 0)),
        shape: m.shape,
      });
      expect(ours, `label ${label}`).toEqual(compareMasks(alone(pred), alone(gt), { spacing: [1, 2] }));
    }
  });

  it('finds every label but the background', () => {
    expect(compareLabels(pred, gt, { metrics: ['dice'] }).map((l) => l.label)).toEqual([2, 5, 9]);
  });
});

describe('scores against clicks', () => {
  it('counts clicks from 1, and a run that never arrives as the limit', () => {
    expect(numberOfClicks([0.5, 0.9, 0.95], 0.9, 20)).toBe(2);
    expect(numberOfClicks([0.9], 0.9, 20)).toBe(1);
    expect(numberOfClicks([0.5, Number.NaN, 0.6], 0.9, 20)).toBe(20);
    expect(numberOfClicks([0.5, 0.6, 0.95], 0.9, 2)).toBe(2);
  });

  it('tells failures from runs that took as long', () => {
    const runs = [[0.95], [0.5, 0.95], [0.5, 0.6], []];
    const r = clicksToTarget(runs, { target: 0.9, limit: 2, unit: 'image' });
    expect([r.failures, r.failureRate, r.clicks.mean]).toEqual([2, 0.5, 1.75]);
  });

  it('a run that ended early keeps its last score', () => {
    const curve = clickCurve(
      [
        [0.4, 1],
        [0.6, 0.7, 0.8],
      ],
      { unit: 'image' },
    );
    expect(curve.map((p) => p.clicks)).toEqual([1, 2, 3]);
    expect(curve.map((p) => p.mean)).toEqual([0.5, 0.85, 0.9]);
  });

  it('the area is a mean score, also over the paper’s uneven clicks', () => {
    expect(areaUnderCurve([0.8, 0.8, 0.8])).toBeCloseTo(0.8, 15);
    expect(areaUnderCurve([0, 1], [5, 15])).toBe(0.5);
    expect(areaUnderCurve([0, 1, 1], [1, 2, 5])).toBeCloseTo(3.5 / 4, 15);
    expect(areaUnderCurve([0.3])).toBe(0.3);
  });
});

describe('tables', () => {
  const rows = toRows([
    { organ: 'liver, left', dice: 0.91234, hd: Number.NaN, ci: { low: 1, high: 2 }, outliers: [1, 2] },
    { organ: 'a|b "c"', dice: 1, hd: Infinity },
  ]);

  it('CSV keeps numbers in full, writes the undefined out and quotes what needs it', () => {
    expect(toCsv(rows)).toBe(
      'organ,dice,hd,ci.low,ci.high,outliers\r\n"liver, left",0.91234,NaN,1,2,1 2\r\n"a|b ""c""",1,Infinity,,,\r\n',
    );
  });

  it('Markdown rounds, and says n/a', () => {
    expect(toMarkdown(rows, { columns: ['organ', 'dice', 'hd'], digits: 2 })).toBe(
      '| organ | dice | hd |\n| --- | ---: | ---: |\n| liver, left | 0.91 | n/a |\n| a\\|b "c" | 1 | ∞ |\n',
    );
  });

  it('a comparison’s table names the definition beside HD95', () => {
    const c = compareMasks(maskOf([3, 3], [[1, 1]]), maskOf([3, 3], [[0, 1]]));
    const [head, first] = toCsv(toRows([c])).split('\r\n');
    for (const m of METRICS) expect(head.split(',')).toContain(m);
    expect(first.split(',')[head.split(',').indexOf('definition')]).toBe('max-directed');
  });
});

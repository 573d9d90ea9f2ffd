import { isClicksegError, raster } from '@clickseg/raster';
import { describe, expect, it } from 'vitest';
import { evaluateClicks, ritmProtocol } from '../src/ritm.ts';

/** Twenty scores that first reach 0.9 at click `n`; never for 0. */
const curve = (n: number) => Array.from({ length: 20 }, (_, i) => (n > 0 && i + 1 >= n ? 0.95 : 0.5));

describe('ritmProtocol', () => {
  it("has RITM's numbers, and tells reaching the target at click 20 from never reaching it", () => {
    // compute_noc_metric([3, 20, never, 1], [0.9]) gives ([11.0], [2]).
    const [row] = ritmProtocol([curve(3), curve(20), curve(0), curve(1)], { targets: [0.9] });
    expect(row.clicks).toEqual([3, 20, 20, 1]);
    expect(row.noc).toBe(11);
    expect(row.overMax).toBe(2);
    expect(row.failures).toBe(1);
    expect(row.nocOfReached).toBe(8);
  });

  it('compares in single precision, as RITM stores its scores', () => {
    const just = 0.9 - 1e-9;
    expect(just < 0.9).toBe(true);
    expect(ritmProtocol([[0.1, just]], { targets: [0.9] })[0].clicks).toEqual([2]);
    expect(ritmProtocol([[0.1, 0.8999]], { targets: [0.9] })[0].failures).toBe(1);
  });

  it('takes the first score that reaches the target even if later ones fall, short and NaN curves too', () => {
    const rows = ritmProtocol([[0.82, 0.3, 0.3], [], [Number.NaN, 0.86]]);
    expect(rows.map((r) => r.target)).toEqual([0.8, 0.85, 0.9]);
    expect(rows.map((r) => r.clicks)).toEqual([
      [1, 20, 2],
      [20, 20, 2],
      [20, 20, 20],
    ]);
    expect(rows.map((r) => r.failures)).toEqual([1, 2, 3]);
    expect(rows[2].nocOfReached).toBeUndefined();
  });

  it('reads no score beyond the limit', () => {
    expect(ritmProtocol([curve(7)], { targets: [0.9], limit: 5 })[0]).toMatchObject({
      noc: 5,
      overMax: 1,
      failures: 1,
    });
  });

  it.each([
    [() => ritmProtocol([]), '0'],
    [() => ritmProtocol([[1]], { limit: 0 }), '0'],
    [() => ritmProtocol([[1]], { targets: [Number.NaN] }), 'NaN'],
  ])('refuses %#', (act, value) => {
    let caught: unknown;
    try {
      act();
    } catch (error) {
      caught = error;
    }
    expect(isClicksegError(caught, 'invalid-option')).toBe(true);
    expect(String(caught)).toContain(value);
  });
});

describe('evaluateClicks', () => {
  const gt = raster(Uint8Array.from('0011110000', Number), [1, 10]);
  /** The first `n` pixels of the structure after `n` clicks. */
  const grow = (clicks: readonly unknown[]) =>
    raster(
      gt.data.map((v, i) => (i < 2 + clicks.length ? v : 0)),
      [1, 10],
    );

  it('scores by intersection over union after each click, and stops at the target or when all is right', async () => {
    expect((await evaluateClicks({ gt, predict: grow })).scores).toEqual([0.25, 0.5, 0.75, 1]);
    expect((await evaluateClicks({ gt, predict: grow, target: 0.5 })).scores).toEqual([0.25, 0.5]);
    const { scores, clicks } = await evaluateClicks({
      gt,
      predict: () => raster(new Uint8Array(10), [1, 10]),
      limit: 3,
    });
    expect(scores).toEqual([0, 0, 0]);
    // One row, so that the frame is next to every pixel: all distances are 1, none is clicked twice.
    expect(clicks.map((c) => c.x)).toEqual([2, 3, 4]);
  });

  it('leaves ignored pixels out of the score, and takes a score of your own', async () => {
    const labels = raster(Uint8Array.from('0011220000', Number), [1, 10]);
    const half = () => raster(Uint8Array.from('0010110000', Number), [1, 10]);
    expect((await evaluateClicks({ gt: labels, ignore: 2, predict: half, limit: 1 })).scores).toEqual([0.5]);
    expect((await evaluateClicks({ gt, predict: half, limit: 1, score: () => 7 })).scores).toEqual([7]);
  });

  it('ends where the annotator has clicked each wrong pixel, and the prediction is still wrong', async () => {
    const dot = raster(Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 0, 0), [3, 3]);
    const { scores, clicks } = await evaluateClicks({
      gt: dot,
      predict: () => raster(new Uint8Array(9), [3, 3]),
    });
    expect(scores).toEqual([0]);
    expect(clicks).toEqual([{ x: 1, y: 1, label: 'foreground' }]);
  });

  it("refuses an empty structure, on which RITM's score is 0 / 0", async () => {
    const error = await evaluateClicks({ gt: raster(new Uint8Array(4), [2, 2]), predict: () => gt }).catch(
      (e) => e,
    );
    expect(isClicksegError(error, 'empty-mask')).toBe(true);
  });
});

describe('what is no protocol', () => {
  const wild = (value: unknown) => value as never;

  it.each([
    ['nesting forgotten', [0.95, 0.9], {}, '0.95'],
    ['a score of text', [['0.95']], {}, '"0.95"'],
    ['a score that is missing', [[0.5, undefined]], {}, 'score undefined'],
    ['no curves', null, {}, 'null'],
    ['a target that is no list', [[0.9]], { targets: 0.9 }, '0.9'],
    ['targets that only have a length', [[0.9]], { targets: { length: 1 } }, 'targets Object is no list'],
    ['curves that only have a length', { length: 1 }, {}, 'curves Object is no list'],
    ['a curve that is no list', [{ scores: [0.9] }], {}, 'curve Object is no list'],
    ['no curve', [null], {}, 'curve null is no list'],
    ['options of text', [[0.9]], '20', '"20"'],
  ])('ritmProtocol refuses %s', (_, curves, options, value) => {
    let caught: unknown;
    try {
      ritmProtocol(wild(curves), wild(options));
    } catch (error) {
      caught = error;
    }
    expect(isClicksegError(caught, 'invalid-option'), String(caught)).toBe(true);
    expect(String(caught)).toContain(value);
  });

  it.each([
    ['no options', null],
    ['a score that is no function', { score: 5 }],
    ['a score that gives nothing', { score: () => undefined }],
    ["simulateInteraction's name of the limit", { clicks: 2 }, 'clicks 2 is called limit here'],
    ['opening clicks, which no score would be of', { initial: [] }, 'initial [] is none of its options'],
    ['no opening clicks', { initial: null }, 'initial null'],
    ['a mask to start from', { prediction: { data: Uint8Array.of(1), shape: [1, 1] } }, 'prediction Object'],
  ])('evaluateClicks refuses %s', async (_, options, message = '') => {
    const gt = raster(Uint8Array.of(1, 0, 0, 0), [2, 2]);
    const given = options && { gt, predict: () => gt, ...options };
    const error = await evaluateClicks(wild(given)).catch((e) => e);
    expect(isClicksegError(error, 'invalid-option'), String(error)).toBe(true);
    expect(error.message).toContain(message);
  });

  it('takes what is undefined for what is not given', async () => {
    const gt = raster(Uint8Array.of(1, 0, 0, 0), [2, 2]);
    const none = { clicks: undefined, initial: undefined, prediction: undefined, limit: undefined };
    expect((await evaluateClicks({ gt, predict: () => gt, ...none })).scores).toEqual([1]);
  });
});

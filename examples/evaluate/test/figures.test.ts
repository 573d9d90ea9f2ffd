import { describe, expect, it } from 'vitest';
import { barsFigure } from '../src/figures/bars.ts';
import { boxesFigure } from '../src/figures/boxes.ts';
import { curvesFigure } from '../src/figures/curves.ts';
import { CLICK_COLOURS, drawFigure, METHOD_COLOURS, METHOD_DASHES } from '../src/figures/draw.ts';

const bars = barsFigure(
  [
    { group: 'a', clicks: 1, mean: 0.25, low: 0.2, high: 0.3 },
    { group: 'a', clicks: 5, mean: 0.75 },
    { group: 'b', clicks: 1, mean: 0.5 },
    { group: 'b', clicks: 5, mean: Number.NaN },
  ],
  {
    title: 'Dice',
    groups: ['a', 'b'],
    clicks: [1, 5],
    domain: [0, 1],
    rule: 0.56,
  },
);

describe('figures', () => {
  it('draw a bar as high as its mean, and none for what is undefined', async () => {
    const svg = await drawFigure(bars);
    const heights = [...svg.matchAll(/aria-roledescription="bar" d="M[\d.]+,([\d.]+)h[\d.]+v([\d.]+)h/g)].map(
      (m) => Number(m[2]),
    );
    expect(heights).toHaveLength(3);
    expect(heights[1] / heights[0]).toBeCloseTo(3, 3);
    expect(heights[2] / heights[0]).toBeCloseTo(2, 3);
    // The dashed rule, as far from the bottom as a bar of its height.
    const [, rule] = /<line[^>]*translate\([\d.]+,([\d.]+)\)[^>]*stroke-dasharray="5,4"/.exec(svg) ?? [];
    expect((260 - Number(rule)) / heights[1]).toBeCloseTo(0.56 / 0.75, 3);
  });

  it('are the same twice, whatever was drawn before', async () => {
    const curves = curvesFigure(
      [1, 2, 3].map((clicks) => ({ panel: 'all', method: 'm', clicks, mean: clicks / 4, low: 0, high: 1 })),
      { title: 'Dice', panels: ['all'], methods: ['m'], domain: [0, 1] },
    );
    const quartiles = { low: 0, q1: 1, q3: 3, high: 4 };
    const boxes = boxesFigure(
      [{ title: 'HD', boxes: [{ row: 'a\tliver', median: 2, quartiles, points: [9] }] }],
      ['a\ta', 'a\tliver'],
    );
    const first = [await drawFigure(curves), await drawFigure(boxes)];
    await drawFigure(bars);
    expect([await drawFigure(boxes), await drawFigure(curves)]).toEqual([first[1], first[0]]);
    expect(first[1]).toContain('liver');
    expect(first[0]).toMatch(/role-legend-symbol.*>m</);
  });

  it('show long names: below their bars in as much room as these have, in a legend in full', async () => {
    const long = [6, 7].flatMap((n) =>
      ['', ', random clicks'].map((end) => `a very long model name of a student run 2026-11-2${n}${end}`),
    );
    const means = long.map((group) => ({ group, clicks: 1, mean: 0.5 }));
    const svg = await drawFigure(barsFigure(means, { title: 'Dice', groups: long, clicks: [1] }));
    const [, axis] = /role-axis-label"[^>]*>(.*?)<\/g>/s.exec(svg) ?? [];
    const lines = [...axis.matchAll(/>([^<>\n]+)</g)].map((m) => m[1]);
    expect(lines.length).toBeGreaterThan(long.length);
    // 320 pixels for four of them, 6 a letter.
    for (const line of lines) expect([...line].length).toBeLessThanOrEqual(13);
    const curve = long.map((method) => ({ panel: 'all', method, clicks: 1, mean: 0.5 }));
    const panels = ['all', `${'x'.repeat(60)} (7)`];
    const other = { panel: panels[1], method: long[0], clicks: 2, mean: 0.4 };
    const curves = await drawFigure(
      curvesFigure([...curve, other], { title: 'Dice', panels, methods: long, domain: [0, 1] }),
      ['one, '.repeat(40), 'two'],
    );
    for (const name of long) expect(curves).toContain(`>${name}<`);
    expect(curves).toMatch(/>x+…x+ \(7\)</);
    // Two panels and their legend: no wider for its four long names than one of them is.
    const [, width] = /<svg[^>]* width="(\d+)"/.exec(curves) ?? [];
    expect(Number(width)).toBeLessThan(700);
  });

  it('go from dark to light with the clicks, so that grey print keeps their order', () => {
    const light = CLICK_COLOURS.map((c) => {
      const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(c.slice(at, at + 2), 16));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    });
    light.forEach((value, i) => {
      if (i > 0) expect(value - light[i - 1]).toBeGreaterThan(15);
    });
  });

  it('repeat a method by its dash, so that no colour speaks alone', () => {
    expect(new Set(METHOD_DASHES.map(String)).size).toBe(METHOD_COLOURS.length);
  });
});

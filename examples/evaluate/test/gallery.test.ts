import type { Click } from '@clickseg/guidance';
import { type DenseRaster, raster } from '@clickseg/raster';
import { describe, expect, it } from 'vitest';
import { escapeHtml } from '../src/report/html.ts';
import { mayBeShown } from '../src/report/licence.ts';
import { cutOut, drawPicture, edges } from '../src/report/picture.ts';

describe('a licence', () => {
  it.each([
    ['CC BY-SA 4.0 (MSD original); Kaggle re-pack labelled ODC DbCL', true],
    ['MIT (repository licence, data included in the repository)', true],
    ['CC0 as stated on Kaggle', true],
    ['repository Apache-2.0; origin of the scan not stated -> treat as internal use only', false],
    ['repository Apache-2.0 - the repo states no separate licence for its test images', false],
    ['all rights reserved', false],
    ['', false],
  ])('%s: may be shown is %s', (licence, shown) => expect(mayBeShown(licence)).toBe(shown));
  it('that is not there allows nothing', () => expect(mayBeShown(undefined)).toBe(false));
});

describe('a picture', () => {
  const mask = raster(Uint8Array.of(0, 1, 1, 0, 1, 0, 1, 1, 1), [3, 3]);

  it('outlines a mask along every edge between inside and outside, once', () => {
    const drawn = new Set<string>();
    for (const [, x, y, way, length] of edges(mask).matchAll(/M(\d+),(\d+)([hv])(\d+)/g)) {
      for (let i = 0; i < Number(length); i++) {
        const edge = way === 'h' ? `h ${Number(x) + i} ${y}` : `v ${x} ${Number(y) + i}`;
        expect(drawn.has(edge)).toBe(false);
        drawn.add(edge);
      }
    }
    const inside = (x: number, y: number) => x >= 0 && y >= 0 && x < 3 && y < 3 && mask.data[y * 3 + x] === 1;
    const expected = new Set<string>();
    for (let y = -1; y < 3; y++) {
      for (let x = -1; x < 3; x++) {
        if (inside(x, y) !== inside(x, y + 1)) expected.add(`h ${x} ${y + 1}`);
        if (inside(x, y) !== inside(x + 1, y)) expected.add(`v ${x + 1} ${y}`);
      }
    }
    expect(drawn).toEqual(expected);
  });

  it('is cut out round what it shows, within the image where that fits', () => {
    const at = (x: number, y: number) => {
      const data = new Uint8Array(100 * 80);
      data[y * 100 + x] = 1;
      return raster(data, [80, 100]);
    };
    const from = { label: 'foreground' as const };
    const cut = (gt: DenseRaster, masks: DenseRaster[], clicks: Click[] = []) =>
      cutOut(gt, { masks, clicks, spacing: { x: 1, y: 1 } });
    // 41 pixels from 10 to 50 and a margin of 13 either way; down the middle of y 30.
    expect(cut(at(10, 30), [at(50, 30)], [{ ...from, x: 30, y: 30 }])).toEqual({
      x: 0,
      y: 0,
      width: 67,
      height: 67,
    });
    // A single pixel near the corner: moved in, never below the least side.
    expect(cut(at(98, 78), [at(98, 78)])).toEqual({ x: 80, y: 60, width: 20, height: 20 });
    // Wider than the image is high: centred.
    expect(cut(at(5, 40), [at(94, 40)])).toEqual({ x: -22, y: -32, width: 144, height: 144 });
    // Pixels twice as high as wide: 67 wide as above is 34 high.
    const tall = { x: 0.5, y: 1 };
    expect(cutOut(at(10, 30), { masks: [at(50, 30)], clicks: [], spacing: tall })).toEqual({
      x: 0,
      y: 14,
      width: 67,
      height: 34,
    });
  });

  it('draws each click at its pixel, with a sign that needs no colour', () => {
    const image = raster(
      Float32Array.from({ length: 9 }, (_, i) => i),
      [3, 3],
    );
    const svg = drawPicture({
      image,
      gt: mask,
      mask,
      spacing: { x: 1, y: 1 },
      clicks: [
        { x: 1, y: 1, label: 'foreground' },
        { x: 0, y: 2, label: 'background' },
      ],
    });
    expect([...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map((m) => [m[1], m[2]])).toEqual([
      ['1.5', '1.5'],
      ['0.5', '2.5'],
    ]);
    const signs = [...svg.matchAll(/<path d="(M[^"]+)" stroke="#fff" stroke-width/g)].map((m) =>
      m[1].includes('v'),
    );
    expect(signs).toEqual([true, false]);
  });

  it('draws pixels as wide and high as they are', () => {
    const square = raster(Uint8Array.of(0, 0, 0, 0, 1, 1, 0, 0, 0), [3, 3]);
    const image = raster(new Float32Array(9), [3, 3]);
    const svg = drawPicture({
      image,
      gt: square,
      mask: square,
      clicks: [{ x: 1, y: 1, label: 'foreground' }],
      spacing: { x: 2, y: 3 },
      window: { x: 0, y: 0, width: 3, height: 2 },
    });
    // 3 pixels of 2 mm by 2 of 3 mm is a square; in units of the shorter side it is 3.
    expect(svg).toContain('width="240" height="240" viewBox="0 0 3 3"');
    expect(svg).toContain('<image x="0" y="0" width="3" height="3" preserveAspectRatio="none"');
    expect(svg).toContain('<circle cx="1.5" cy="2.25"');
    expect(edges(square, { x: 1, y: 1.5 })).toBe('M1,1.5h2M1,3h2M1,1.5v1.5M3,1.5v1.5');
  });
});

it('words from files cannot become markup', () => {
  expect(escapeHtml('<script>"&')).toBe('&lt;script&gt;&quot;&amp;');
});

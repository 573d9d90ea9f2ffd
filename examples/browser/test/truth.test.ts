import { makePhantom } from '@clickseg/example-dataset';
import { expect, it } from 'vitest';
import { useApp } from './browser.ts';

const site = useApp();

it('measures against a ground truth while the paper’s annotator clicks where the heat shows it may', async () => {
  const app = await site.open();
  const { page } = app;
  await app.openPhantom();
  // While nothing is clicked it is the one that the slice has most of.
  expect(await page.locator('#truth-label option').first().textContent()).toMatch(/^Auto: \S/);
  await page.selectOption('#truth-label', { label: 'liver' });
  expect(await page.textContent('#dice')).toBe('–');

  const { label, labels } = makePhantom();
  const [, height, width] = label.shape;
  const at = 6;
  const truth = label.data
    .slice(at * height * width, (at + 1) * height * width)
    .map((value) => Number(value === labels.liver));

  // Before anything is clicked, all of the liver is missed: the map lies in it, and is brightest farthest inside.
  await page.click('#heat-shown');
  const heat = await page.evaluate(() => {
    const canvas = document.getElementById('heat') as HTMLCanvasElement;
    const context = canvas.getContext('2d') as CanvasRenderingContext2D;
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    return Array.from({ length: data.length / 4 }, (_, i) => data[i * 4 + 3] as number);
  });
  expect(heat.some((alpha) => alpha > 0)).toBe(true);
  expect(heat.every((alpha, i) => alpha === 0 || truth[i] === 1)).toBe(true);
  const hottest = heat.indexOf(Math.max(...heat));
  expect(inscribed(truth, width, hottest)).toBe(Math.max(...deepest(truth, width)));

  await page.click('#simulate');
  await page.waitForSelector('#task');
  await app.quiet();
  expect(await page.locator('#overlay .click.foreground').count()).toBe(1);
  expect(await page.locator('#curve circle').count()).toBe(1);
  expect(await app.status()).toBe('Simulated annotator: 1 click.');

  // Dice by counting pixels, of the mask that is saved.
  const map = (await app.labelMap()).data.subarray(
    at * height * width,
    (at + 1) * height * width,
  ) as Uint8Array;
  const both = map.filter((value, i) => value === 1 && truth[i] === 1).length;
  const dice =
    (2 * both) / (map.filter((value) => value === 1).length + truth.filter((value) => value === 1).length);
  expect(await page.textContent('#dice')).toBe(dice.toFixed(3));
  expect(Number(await page.textContent('#hd'))).toBeGreaterThan(0);
  expect(Number(await page.textContent('#mad'))).toBeGreaterThan(0);
  expect(Number(await page.textContent('#mad'))).toBeLessThanOrEqual(Number(await page.textContent('#hd')));

  await page.keyboard.press('t');
  await page.waitForSelector('#task');
  await app.quiet();
  expect(await page.locator('#overlay .click').count()).toBe(2);
  expect(await page.locator('#curve circle').count()).toBe(2);
  await page.keyboard.press('Control+z');
  await expect.poll(() => page.textContent('#dice')).toBe(dice.toFixed(3));

  await page.click('#simulate-ten');
  await page.waitForSelector('#task');
  await app.quiet();
  await app.figure('truth');
  expect(await page.locator('#curve circle').count()).toBeGreaterThan(5);
  await app.close();
});

/** Chessboard distance from a pixel to the nearest one outside, by looking at ever larger squares. */
function inscribed(mask: Uint8Array, width: number, at: number): number {
  const [x, y] = [at % width, Math.floor(at / width)];
  for (let far = 1; ; far++) {
    for (let dy = -far; dy <= far; dy++) {
      for (let dx = -far; dx <= far; dx++) {
        if (Math.max(Math.abs(dx), Math.abs(dy)) === far && !mask[(y + dy) * width + x + dx]) return far;
      }
    }
  }
}
const deepest = (mask: Uint8Array, width: number) =>
  [...mask.keys()].filter((i) => mask[i] === 1).map((i) => inscribed(mask, width, i));

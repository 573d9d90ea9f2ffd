import { decode } from 'fast-png';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { useApp } from './browser.ts';
import { AORTA, type App, ASCENDING } from './open-app.ts';
import { rod, touched } from './scans.ts';

const site = useApp();
let app: App;
beforeEach(async () => {
  app = await site.open();
});
afterEach(() => app.close());

/** Lets the network's answers come late, so that something can be done before them. */
const slow = (page: Page, ms: number) =>
  page.evaluate((late) => {
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (this: Worker, ...message: unknown[]) {
      setTimeout(() => (post as (...args: unknown[]) => void).apply(this, message), late);
    };
  }, ms);
const count = (data: ArrayLike<number>, label: number) =>
  Array.from(data).filter((value) => value === label).length;

it('asks before another scan takes the place of one with work in it, and opens at once where there is none', async () => {
  const { page } = app;
  await app.open('first.nii', rod(3));
  await page.waitForSelector('body[data-ready="first.nii"]');
  await app.click(40, 52);
  const mask = await app.save('mask');
  const stay = async () => {
    await page.waitForSelector('#question');
    expect(await page.textContent('#question')).toContain('discard the work');
    // The focus is on the button that changes nothing.
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('#question').count()).toBe(0);
  };
  await app.open('second.nii', rod(4));
  await stay();
  for (const id of ['sample-phantom', 'sample-chest', 'forget']) {
    await page.click('#open summary');
    await page.click(`#${id}`);
    await stay();
  }
  expect(await page.title()).toContain('first.nii');
  expect((await app.save('mask')).equals(mask)).toBe(true);
  await app.discarding(() => app.open('second.nii', rod(4)));
  await page.waitForSelector('body[data-ready="second.nii"]');
  expect(await page.locator('#overlay .click').count()).toBe(0);
});

it('keeps the pixels of a structure that is locked while a prediction is under way', async () => {
  const { page } = app;
  await app.click(AORTA.x, AORTA.y);
  const aorta = count((await app.labelMap()).data, 1);
  await page.click('#add-structure');
  await slow(page, 1500);
  // Meant to spill: inside of the first one, which is locked before the answer comes.
  const point = await app.at(AORTA.x - 3, AORTA.y);
  await page.mouse.click(point.x, point.y);
  await page.click('#structures li:nth-of-type(1) [data-act=locked]');
  expect(await page.getAttribute('#overlay', 'aria-busy')).toBe('true');
  await app.quiet();
  expect(await app.covers(AORTA.x, AORTA.y, 2)).toBe(false);
  await page.click('#structures li:nth-of-type(1) [data-act=locked]');
  await page.click('#structures li:nth-of-type(1) [data-act=locked]');
  expect(count((await app.labelMap()).data, 1)).toBe(aorta);
});

it('keeps a locked structure from the bin and from a label map that is started from', async () => {
  const { page } = app;
  await app.open('rod.nii', rod(3));
  await page.waitForSelector('body[data-ready="rod.nii"]');
  await app.click(40, 52);
  const before = count((await app.labelMap()).data, 1);
  await page.click('#structures [data-act=locked]');
  await page.click('#structures [data-act=delete]');
  expect(await app.status()).toContain('is locked. Unlock it to delete it');
  expect(await page.locator('#overlay .click').count()).toBe(1);

  await app.open('all.nii', touched(rod(3), [9]), '#start-file');
  await expect.poll(() => app.status()).toContain('1 structure from all.nii');
  expect(await app.covers(40, 52, 1)).toBe(true);
  expect(await app.covers(40, 52, 2)).toBe(false);
  expect(await app.covers(80, 52, 2)).toBe(true);
  expect(count((await app.labelMap()).data, 1)).toBe(before);
});

it('takes back one step where carrying is undone before it has come to anything', async () => {
  const { page } = app;
  await app.open('rod.nii', rod(12));
  await page.waitForSelector('body[data-ready="rod.nii"]');
  await app.click(40, 52);
  await app.click(46, 52);
  await slow(page, 1500);
  await page.keyboard.press('p');
  await page.waitForSelector('#task');
  await page.keyboard.press('Control+z');
  await app.quiet();
  await expect.poll(() => page.locator('#overlay .click').count()).toBe(2);
  await page.keyboard.press('Control+z');
  await expect.poll(() => page.locator('#overlay .click').count()).toBe(1);
  await page.keyboard.press('Control+z');
  await expect.poll(() => page.locator('#overlay .click').count()).toBe(0);
});

it('opens no label map beside a mask that is being carried', async () => {
  const { page } = app;
  await app.open('rod.nii', rod(12));
  await page.waitForSelector('body[data-ready="rod.nii"]');
  await app.click(40, 52);
  await slow(page, 1500);
  await page.keyboard.press('p');
  await page.waitForSelector('#task');
  await app.open('all.nii', touched(rod(12), [9]), '#start-file');
  await expect
    .poll(() => app.status(), { timeout: 20_000 })
    .toContain('all.nii: not opened beside “Carrying Structure 1”');
  await page.keyboard.press('Escape');
  await expect.poll(() => app.status(), { timeout: 20_000 }).toContain('Carrying Structure 1: stopped.');
  expect(await page.locator('#structures li').count()).toBe(1);
});

it('keeps a colour over an undo', async () => {
  const { page } = app;
  await app.click(ASCENDING.x, ASCENDING.y);
  await page.fill('#structures input[type=color]', '#ff0000');
  await app.answered(() => page.keyboard.press('Control+z'));
  expect(await page.inputValue('#structures input[type=color]')).toBe('#ff0000');
});

const looks = (page: Page) =>
  page.$$eval('#structures li', (all) =>
    all.map((each) =>
      [...each.querySelectorAll<HTMLInputElement>('.name, [type=color]')].map(({ value }) => value),
    ),
  );

it('keeps names and colours with their structures, whatever took their place meanwhile', async () => {
  const { page } = app;
  const before = await looks(page);
  const clicks = [{ ...AORTA, label: 'foreground' }];
  await app.open('red.json', JSON.stringify({ structures: [{ name: 'Aorta', color: '#ff0000', clicks }] }));
  await expect.poll(() => app.status(), { timeout: 60_000 }).toContain('1 structure replayed');
  const red = [['#ff0000', 'Aorta']];
  expect(await looks(page)).toEqual(red);
  await page.focus('#overlay');
  await page.keyboard.press('Control+z');
  expect(await looks(page)).toEqual(before);
  await page.keyboard.press('Control+Shift+z');
  expect(await looks(page)).toEqual(red);
  // The last one deleted makes way for a fresh one.
  await page.click('#structures [data-act=delete]');
  expect(await looks(page)).toEqual(before);
  await page.focus('#overlay');
  await page.keyboard.press('Control+z');
  expect(await looks(page)).toEqual(red);
});

it('keeps structures that have a name and nothing else yet when clicks or a label map are opened', async () => {
  const { page } = app;
  await app.open('rod.nii', rod(3));
  await page.waitForSelector('body[data-ready="rod.nii"]');
  await page.fill('#structures input.name', 'Liver');
  await page.keyboard.press('Enter');
  await page.click('#add-structure');
  const clicks = [{ x: 40, y: 52, label: 'foreground' }];
  await app.open('rod.json', JSON.stringify({ structures: [{ name: 'Rod', clicks }] }));
  await expect.poll(() => app.status(), { timeout: 60_000 }).toContain('1 structure replayed');
  await app.open('all.nii', touched(rod(3), [9]), '#start-file');
  await expect.poll(() => app.status(), { timeout: 30_000 }).toContain('1 structure from all.nii');
  expect((await looks(page)).map(([, name]) => name)).toEqual(['Liver', 'Rod', 'Label 9']);
});

it('gives a lost picture back, and says what happened', async () => {
  const { page } = app;
  await app.click(AORTA.x, AORTA.y);
  const whole = await brightness(page);
  const context = await page.evaluateHandle(() => {
    const gl = (document.getElementById('canvas') as HTMLCanvasElement).getContext('webgl2');
    return gl?.getExtension('WEBGL_lose_context') as WEBGL_lose_context;
  });
  await context.evaluate((each) => each.loseContext());
  await expect.poll(() => app.status()).toContain('reload the page');
  await context.evaluate((each) => each.restoreContext());
  await expect.poll(() => app.status(), { timeout: 20_000 }).toContain('The picture is back');
  expect(Math.abs((await brightness(page)) / whole - 1)).toBeLessThan(0.02);
  expect(await app.covers(AORTA.x, AORTA.y)).toBe(true);
});

/** Mean grey of the image as it is on the screen. */
async function brightness(page: Page): Promise<number> {
  const { data, channels } = decode(await page.locator('.stage').screenshot());
  let sum = 0;
  for (let i = 0; i < data.length; i += channels) sum += data[i] as number;
  return (sum * channels) / data.length;
}

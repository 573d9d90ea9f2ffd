import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { useApp } from './browser.ts';
import { AORTA } from './open-app.ts';
import { rod } from './scans.ts';

const site = useApp();

/** axe-core's serious and critical findings, in words. Run through the debugger, which no content policy stops. */
async function faults(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run({
      rules: { 'target-size': { enabled: true } },
    });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
  });
}

it.each(['dark', 'light'] as const)('axe-core finds nothing serious, %s', async (colorScheme) => {
  const app = await site.open({ colorScheme });
  const { page } = app;
  expect(await faults(page)).toEqual([]);
  await page.click('#open summary');
  expect(await faults(page)).toEqual([]);
  await page.click('#sample-phantom');
  await page.waitForSelector('body[data-ready=phantom]');
  await page.selectOption('#truth-label', { label: 'liver' });
  await page.click('#simulate');
  await page.waitForSelector('#task');
  await app.quiet();
  expect(await faults(page)).toEqual([]);
  if (colorScheme === 'light') await app.figure('light');
  await page.keyboard.press('?');
  await page.waitForSelector('#keys[open]');
  expect(await faults(page)).toEqual([]);
  await app.close();
});

it('names toggles by what they turn, and says which structure is the current one', async () => {
  const app = await site.open();
  const { page } = app;
  await page.click('#add-structure');
  const row = page.locator('#structures li').first();
  const [visible, locked] = ['Visible: Structure 1', 'Locked: Structure 1'];
  for (const pressed of [
    [true, false],
    [false, true],
  ] as const) {
    for (const [i, name] of [visible, locked].entries()) {
      await row.getByRole('button', { name, exact: true, pressed: pressed[i] }).click();
    }
  }
  expect(await row.locator('[data-act=delete]').getAttribute('aria-pressed')).toBeNull();
  const currents = () =>
    page.$$eval('#structures li', (all) => all.map((each) => each.getAttribute('aria-current')));
  expect(await currents()).toEqual([null, 'true']);
  await page.keyboard.press('[');
  await expect.poll(currents).toEqual(['true', null]);
  expect(await app.status()).toBe('Structure 1 chosen.');
  await app.close();
});

it('gives one name to one thing: what turns a slice, what carries to it, and a heading', async () => {
  const app = await site.open();
  const { page } = app;
  await app.open('abdomen_of_the_first_week_001.nii.gz.nii', rod(4));
  await page.waitForSelector('body[data-ready]:not([data-ready="chest-ct.dcm"])');
  const buttons = (name: string | RegExp) => page.getByRole('button', { name });
  expect(await buttons('Next slice').count()).toBe(1);
  expect(await buttons(/^Carry to next/).count()).toBe(1);
  expect(await page.getByRole('heading', { name: 'Structures', exact: true }).count()).toBe(1);
  // Of a name that is too long the middle goes.
  expect(await page.textContent('#scan-name')).toBe('abdomen_of_the_first_week_001.nii.gz.nii');
  const [head, tail] = await page.$$eval('#scan-name span', (parts) =>
    parts.map((part) => [part.scrollWidth > part.clientWidth, part.clientWidth]),
  );
  expect([head?.[0], tail?.[0]]).toEqual([true, false]);
  expect(head?.[1]).toBeGreaterThan(60);
  await app.close();
});

it.each([1130, 1280, 1480])(
  'says in words what clears a slice at a width of %i, in one line of tools',
  async (width) => {
    const app = await site.open({ viewport: { width, height: 800 } });
    const { page } = app;
    await app.open('abdomen_of_the_first_week_001.nii.gz.nii', rod(4));
    await page.waitForSelector('#carry-next');
    expect(await page.locator('#clear .word').isVisible()).toBe(true);
    expect(await page.locator('#undo .word').isVisible()).toBe(false);
    expect((await page.locator('header').boundingBox())?.height).toBeLessThan(60);
    await app.close();
  },
);

it('tells why a model did not come to the keyboard too', async () => {
  const app = await site.open({ serviceWorkers: 'block', allow: /ERR_FAILED/ });
  const { page } = app;
  await page.waitForSelector('#backend');
  await page.evaluate(async () => {
    for (const name of await caches.keys()) await caches.delete(name);
  });
  await page.route(/\.onnx/, (route) => route.abort());
  await page.reload();
  const details = page.locator('.computing details');
  await details.waitFor();
  await page.focus('.computing summary');
  await page.keyboard.press('Enter');
  expect(await details.evaluate((each) => (each as HTMLDetailsElement).open)).toBe(true);
  expect(await details.textContent()).toMatch(/^Details.*onnx/);
  await app.close();
});

it('keeps the focus in the list where a structure is deleted by keyboard', async () => {
  const app = await site.open();
  const { page } = app;
  for (let i = 0; i < 2; i++) await page.click('#add-structure');
  const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
  await page.focus('#structures li:nth-of-type(3) [data-act=delete]');
  await page.keyboard.press('Enter');
  await expect.poll(focused).toContain('Structure 2:');
  expect(await app.status()).toBe('Structure 3 deleted.');
  await app.close();
});

it('shows the current structure where it forces its colours', async () => {
  const app = await site.open({ forcedColors: 'active' });
  const { page } = app;
  await page.click('#add-structure');
  const outlines = await page.$$eval('#structures li', (all) =>
    all.map((each) => [getComputedStyle(each).outlineStyle, getComputedStyle(each).borderLeftColor]),
  );
  expect(outlines.map(([style]) => style)).toEqual(['none', 'solid']);
  expect(outlines[0]?.[1]).not.toBe(outlines[1]?.[1]);
  await app.close();
});

it('says for as long as it is so that there is no picture', async () => {
  const context = await site.browser.newContext({ viewport: { width: 1280, height: 800 } });
  await context.addInitScript(() => {
    const get = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, ...args: unknown[]) {
      return args[0] === 'webgl2' ? null : (get as (...args: unknown[]) => unknown).apply(this, args);
    } as typeof get;
  });
  const page = await context.newPage();
  await page.goto(`${site.url}/?provider=wasm`);
  // The sample's own words come after it.
  await expect.poll(() => page.textContent('#status'), { timeout: 60_000 }).toContain('A contrast chest CT');
  const fault = page.locator('.stage .fault[role=alert]');
  expect(await fault.textContent()).toContain('WebGL2');
  expect(await fault.isVisible()).toBe(true);
  await context.close();
});

it.each([
  { width: 640, height: 400 },
  { width: 667, height: 375 },
  { width: 740, height: 360 },
  { width: 390, height: 844 },
  { width: 320, height: 640 },
])('leaves the slider in reach in a window of $width x $height, as at 200 % zoom', async (viewport) => {
  const app = await site.open({ viewport });
  const { page } = app;
  await app.open('rod.nii', rod(5));
  await page.waitForSelector('body[data-ready="rod.nii"]');
  // Where it lies below the window the page scrolls to it.
  await page.locator('#slice').scrollIntoViewIfNeeded();
  const there = () =>
    page.evaluate(() => {
      const { x, y, width, height } = (document.getElementById('slice') as Element).getBoundingClientRect();
      return document.elementFromPoint(x + width / 2, y + height / 2)?.id;
    });
  await expect.poll(there).toBe('slice');
  await app.close();
});

it('leaves the image where it is while a task and its end are told', async () => {
  const app = await site.open();
  const { page } = app;
  await app.open('rod.nii', rod(4));
  await page.waitForSelector('body[data-ready="rod.nii"]');
  await app.click(40, 52);
  const height = () => size(page, '.stage', 'clientHeight');
  const before = await height();
  const during = duringTask(page, '.stage', 'clientHeight');
  // The second of two clicks does not stop what the first began.
  await page.dblclick('#carry');
  expect(await during).toBe(before);
  await app.quiet();
  expect(await app.status()).toBe('Structure 1 carried to 3 slices (to both ends of the scan).');
  await app.open('nothing.txt', 'x'.repeat(300));
  await expect.poll(() => app.status()).toContain('nothing.txt: none of the formats');
  expect(await height()).toBe(before);
  expect(await page.getAttribute('#status', 'title')).toBe(await app.status());
  await app.close();
});

it('stops once by a double click, and begins nothing with it', async () => {
  const app = await site.open();
  const { page } = app;
  await app.open('rod.nii', rod(40));
  await page.waitForSelector('body[data-ready="rod.nii"]');
  await app.click(40, 52);
  await page.keyboard.press('p');
  await page.waitForSelector('#stop');
  await page.dblclick('#stop');
  await app.quiet();
  expect(await app.status()).toMatch(/stopped/);
  await app.close();
});

it('shows all of a fault where there is no pointer for a title', async () => {
  const app = await site.open({ viewport: { width: 1024, height: 700 } });
  const { page } = app;
  await app.open('notes.txt', 'x'.repeat(300));
  await expect.poll(() => app.status()).toContain('notes.txt: none of the formats');
  const hidden = await page.$eval('#status', (it) => [
    it.scrollWidth - it.clientWidth,
    it.scrollHeight - it.clientHeight,
  ]);
  expect(hidden).toEqual([0, 0]);
  await app.close();
});

it('leaves what is said room beside a task on a phone', async () => {
  const app = await site.open({ viewport: { width: 390, height: 844 } });
  const { page } = app;
  await app.open('rod.nii', rod(4));
  await page.waitForSelector('body[data-ready="rod.nii"]');
  await app.click(40, 52);
  const during = duringTask(page, '#status', 'clientWidth');
  await page.keyboard.press('p');
  expect(await during).toBeGreaterThan(160);
  await app.quiet();
  await app.close();
});

type Side = 'clientWidth' | 'clientHeight';
const size = (page: Page, which: string, side: Side) =>
  page.$eval(which, (element, asked) => element[asked], side);
/** The size of something at the moment that a task is shown. */
const duringTask = (page: Page, which: string, side: Side): Promise<number> =>
  page.evaluate(
    ([selector, asked]) =>
      new Promise<number>((resolve) => {
        new MutationObserver(() => {
          if (document.querySelector('#task')) resolve(document.querySelector(selector)?.[asked] ?? 0);
        }).observe(document.body, { childList: true, subtree: true });
      }),
    [which, side] as const,
  );

it('scrolls the panel to the structure that is chosen, and leaves names room on a tablet', async () => {
  const app = await site.open({ viewport: { width: 1024, height: 600 }, hasTouch: true, isMobile: true });
  const { page } = app;
  await page.focus('#overlay');
  const seen = () =>
    page.evaluate(() => {
      const box = (which: string) => (document.querySelector(which) as Element).getBoundingClientRect();
      const [row, panel] = [box('#structures .current'), box('aside')];
      return row.top >= panel.top && row.bottom <= panel.bottom;
    });
  for (let i = 0; i < 15; i++) await page.keyboard.press('a');
  await expect.poll(seen).toBe(true);
  await page.keyboard.press(']');
  await expect.poll(seen).toBe(true);
  expect(await page.$eval('#structures .name', (name) => name.clientWidth)).toBeGreaterThan(110);
  await app.close();
});

it('says so where nothing is outlined, and that it computes where that takes long', async () => {
  const app = await site.open();
  const { page } = app;
  await app.click(AORTA.x, AORTA.y, { button: 'right' });
  await expect.poll(() => page.textContent('footer .hidden')).toBe('Nothing outlined');
  expect(await page.locator('footer .late').count()).toBe(0);
  await page.evaluate(() => {
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (this: Worker, ...message: unknown[]) {
      setTimeout(() => (post as (...args: unknown[]) => void).apply(this, message), 1500);
    };
  });
  const { x, y } = await app.at(AORTA.x, AORTA.y + 40);
  await page.mouse.click(x, y);
  await page.locator('footer .late').waitFor({ state: 'visible' });
  await page.mouse.move(x + 80, y);
  expect(await page.$eval('#overlay', (overlay) => getComputedStyle(overlay).cursor)).toBe('progress');
  await app.quiet();
  await app.close();
});

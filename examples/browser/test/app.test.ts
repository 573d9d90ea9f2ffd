import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { radiologicalAffine, readNifti, writeNifti } from '@clickseg/example-dataset';
import { openBrowser, type Site, serveSite } from '@clickseg/testing-browser';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';

// The built app in a real Chromium, under the strict policy, on WebAssembly: the same answers on every machine.
let folder: string;
let site: Site;
let browser: Browser;
let page: Page;
const outside: string[] = [];
const complaints: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clickseg-app-'));
  const root = fileURLToPath(new URL('..', import.meta.url));
  await build({ root, logLevel: 'silent', build: { outDir: folder, emptyOutDir: true } });
  site = await serveSite({ folders: { '/': folder } });
  browser = await openBrowser();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await site?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  outside.length = 0;
  complaints.length = 0;
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, acceptDownloads: true });
  page = await context.newPage();
  page.on('request', (request) => {
    if (!/^(blob:|data:)/.test(request.url()) && !request.url().startsWith(site.url))
      outside.push(request.url());
  });
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`${site.url}/?provider=wasm`);
  await page.waitForSelector('body[data-ready]');
}, 30_000);
afterEach(async () => {
  expect(outside).toEqual([]);
  expect(complaints).toEqual([]);
  await page.context().close();
});

// Where the sample's descending aorta and spine lie on a screen of 1280 x 800.
const AORTA = { x: 533, y: 497 };
const ASCENDING = { x: 462, y: 331 };

/** Does something and waits until the answer to it is drawn. */
async function answered(act: () => Promise<unknown>): Promise<void> {
  const before = await page.evaluate(() => document.getElementById('overlay')?.innerHTML ?? '');
  await act();
  await page.waitForFunction(
    (old) => {
      const overlay = document.getElementById('overlay');
      return overlay?.innerHTML !== old && overlay?.getAttribute('aria-busy') === 'false';
    },
    before,
    { polling: 50 },
  );
}
const outline = () => page.getAttribute('#overlay path', 'd');
const area = async () => Number(/Area(\d+) mm²/.exec((await page.textContent('#facts')) ?? '')?.[1]);
const covers = (at: { x: number; y: number }) =>
  page.evaluate(({ x, y }) => {
    const path = document.querySelector<SVGPathElement>('#overlay path');
    const box = document.getElementById('overlay')?.getBoundingClientRect();
    return path !== null && box !== undefined && path.isPointInFill(new DOMPoint(x - box.left, y - box.top));
  }, at);

it('outlines the aorta under a click, follows a drag, and undoes it to the last point', async () => {
  await answered(() => page.mouse.click(AORTA.x, AORTA.y));
  // A descending aorta is 2 to 3.5 cm across.
  expect(await area()).toBeGreaterThan(310);
  expect(await area()).toBeLessThan(960);
  expect(await covers(AORTA)).toBe(true);
  const first = await outline();

  await page.mouse.move(AORTA.x, AORTA.y);
  await page.mouse.down();
  await answered(() => page.mouse.move(ASCENDING.x, ASCENDING.y, { steps: 12 }));
  await page.mouse.up();
  expect(await covers(ASCENDING)).toBe(true);
  expect(await outline()).not.toBe(first);
  expect(await page.locator('#overlay circle').count()).toBe(1);

  await answered(() => page.keyboard.press('Control+z'));
  expect(await outline()).toBe(first);
});

it('takes back what was spilled with a right click', async () => {
  await answered(() => page.mouse.click(ASCENDING.x, ASCENDING.y));
  const spot = { x: ASCENDING.x, y: ASCENDING.y + 20 };
  expect(await covers(spot)).toBe(true);
  const before = await area();
  await answered(() => page.mouse.click(spot.x, spot.y, { button: 'right' }));
  expect(await page.locator('#overlay circle.background').count()).toBe(1);
  expect(await covers(spot)).toBe(false);
  expect(await area()).toBeLessThan(before);
});

it('saves the mask that is on the screen', async () => {
  await answered(() => page.mouse.click(AORTA.x, AORTA.y));
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('#export-mask')]);
  const saved = readNifti(new Uint8Array(await readFile(await download.path())));
  expect(saved.shape).toEqual([1, 512, 512]);
  const pixels = (saved.data as Uint8Array).reduce((sum, value) => sum + value, 0);
  expect(Math.round(pixels * saved.spacing.x * saved.spacing.y)).toBe(await area());
});

it('opens a volume, turns its slices and carries a mask through them', async () => {
  // A bright rod through twelve slices.
  const shape = [12, 96, 96] as const;
  const data = Int16Array.from({ length: 12 * 96 * 96 }, (_, i) => {
    const [x, y] = [i % 96, Math.floor(i / 96) % 96];
    return Math.hypot(x - 40, y - 52) < 14 ? 180 : Math.hypot(x - 48, y - 48) < 42 ? 20 : -1000;
  });
  const spacing = { x: 2, y: 2, z: 3 };
  const file = writeNifti({ data, shape, spacing, affine: radiologicalAffine(spacing) });
  const rod = { name: 'rod.nii', mimeType: 'application/octet-stream', buffer: Buffer.from(file) };
  await page.setInputFiles('#files', rod);
  await page.waitForFunction(() => document.getElementById('place')?.textContent === 'Slice 7 of 12');
  const box = (await page.locator('#overlay').boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const pixel = box.height / 96;
  const left = box.x + (box.width - box.height) / 2;
  await answered(() => page.mouse.click(left + 40.5 * pixel, box.y + 52.5 * pixel));
  await page.click('#carry');
  await page.waitForFunction(() => document.getElementById('carry')?.textContent === 'Carry through');
  await page.keyboard.press('ArrowUp');
  expect(await page.textContent('#place')).toBe('Slice 8 of 12');
  expect(await page.locator('#overlay path').count()).toBe(1);
});

it.each([
  ['empty.nii', new Uint8Array(0)],
  ['notes.nii', new TextEncoder().encode('not a scan')],
  ['broken.png', new Uint8Array([137, 80, 78, 71])],
  ['cut.dcm', new Uint8Array(400)],
])('says what is wrong with %s and keeps what was open', async (name, bytes) => {
  await answered(() => page.mouse.click(AORTA.x, AORTA.y));
  const before = await outline();
  await page.setInputFiles('#files', {
    name,
    mimeType: 'application/octet-stream',
    buffer: Buffer.from(bytes),
  });
  await page.waitForSelector('#status.fault');
  expect(await page.textContent('#status')).toContain(name);
  expect(await outline()).toBe(before);
});

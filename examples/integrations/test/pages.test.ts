import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openBrowser, type Site, serveSite } from '@clickseg/testing-browser';
import type * as cornerstone from '@cornerstonejs/core';
import type * as cornerstoneTools from '@cornerstonejs/tools';
import type { Niivue } from '@niivue/niivue';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// Both pages, built, in a real Chromium with WebGL in software, under the strict policy, on WebAssembly.
declare const core: typeof cornerstone;
declare const tools: typeof cornerstoneTools;
declare const niivue: Niivue;

const FIGURES =
  process.env['CLICKSEG_FIGURES'] && fileURLToPath(new URL('../../../docs/figures', import.meta.url));
let folder: string;
let site: Site;
let browser: Browser;
let page: Page;
const faults: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clickseg-integrations-'));
  const root = fileURLToPath(new URL('..', import.meta.url));
  // Not minified, which halves the time.
  const options = { outDir: folder, emptyOutDir: true, minify: false, reportCompressedSize: false };
  await build({ root, logLevel: 'silent', build: options });
  site = await serveSite({ folders: { '/': folder } });
  browser = await openBrowser();
}, 240_000);
afterAll(async () => {
  await browser?.close();
  await site?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

async function open(name: string): Promise<void> {
  faults.length = 0;
  page = await browser.newPage({ viewport: { width: 1000, height: 800 } });
  page.on('request', (request) => {
    const url = request.url();
    if (!/^(blob:|data:)/.test(url) && !url.startsWith(site.url)) faults.push(`asked ${url}`);
  });
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  await page.goto(`${site.url}/${name}.html?provider=wasm`);
  await page.waitForSelector('body[data-ready]');
}

// Pixels of the sample: two discs of contrast, and lung.
const AORTA = { x: 283, y: 304 };
const ASCENDING = { x: 232, y: 192 };
const LUNG = { x: 130, y: 250 };
type Pixel = typeof AORTA;

/** Where a pixel of the sample lies on the screen: the slice fills the view's height, in its middle. */
async function screen({ x, y }: Pixel): Promise<[number, number]> {
  const box = (await page.locator('#viewport').boundingBox()) as {
    x: number;
    y: number;
    width: number;
    height: number;
  };
  const scale = box.height / 512;
  return [box.x + box.width / 2 + (x + 0.5 - 256) * scale, box.y + (y + 0.5) * scale];
}

/** Does something and waits for labels that `until` is content with. */
async function labels(act: () => Promise<unknown>, until: (at: Labels) => boolean): Promise<Labels> {
  await act();
  let last: Labels | undefined;
  await expect.poll(async () => until((last = await read())), { timeout: 60_000, interval: 150 }).toBe(true);
  return last as Labels;
}
/** The labels once nothing changes them any more: on a busy machine the answers to a drag's last places come late. */
async function settled(): Promise<Labels> {
  let last = await read();
  let unchanged = 0;
  const again = async () => {
    const now = await read();
    unchanged = now.data.every((value, i) => value === last.data[i]) ? unchanged + 1 : 0;
    last = now;
    return unchanged;
  };
  await expect.poll(again, { timeout: 60_000, interval: 400 }).toBeGreaterThanOrEqual(4);
  return last;
}
interface Labels {
  readonly data: readonly number[];
  at(pixel: Pixel): number;
  /** mm2 of a label. */
  area(label: number): number;
}
let bytes: () => Promise<string>;
async function read(): Promise<Labels> {
  const data = Array.from(await bytes(), (letter) => letter.charCodeAt(0));
  return {
    data,
    at: ({ x, y }) => data[y * 512 + x] as number,
    area: (label) => data.filter((value) => value === label).length * 0.661468 ** 2,
  };
}

async function press(from: Pixel, button: 'left' | 'right' = 'left'): Promise<void> {
  await page.mouse.move(...(await screen(from)));
  await page.mouse.down({ button });
}
async function click(at: Pixel, button: 'left' | 'right' = 'left'): Promise<void> {
  await press(at, button);
  await page.mouse.up({ button });
}

// Each tells its labels as text, a letter a pixel: a hundred thousand numbers cost the driver seconds.
const pages = {
  cornerstone: {
    second: '#segment-2',
    // Rows from the front to the back, columns from the patient's right: as the file has them.
    bytes: () =>
      page.evaluate(() => {
        const [imageId] = tools.segmentation.getLabelmapImageIds('clickseg') ?? [];
        return new TextDecoder('latin1').decode(core.cache.getImage(imageId as string)?.getPixelData());
      }),
  },
  niivue: {
    second: '#pen-2',
    // niivue's own order runs to the right and to the front: backwards.
    bytes: () => page.evaluate(() => new TextDecoder('latin1').decode(niivue.drawBitmap?.toReversed())),
  },
};

describe.each(Object.entries(pages))('%s', (name, { second, bytes: its }) => {
  beforeAll(async () => {
    bytes = its;
    await open(name);
  }, 120_000);
  afterAll(() => page?.close());

  it('segments under a press, follows the drag, and takes the whole gesture back', {
    timeout: 180_000,
  }, async () => {
    expect((await read()).area(1)).toBe(0);

    const pressed = await labels(
      () => press(AORTA),
      (now) => now.at(AORTA) === 1,
    );
    // A descending aorta is 2 to 3.5 cm across.
    expect(pressed.area(1)).toBeGreaterThan(310);
    expect(pressed.area(1)).toBeLessThan(960);
    expect([pressed.at(ASCENDING), pressed.at(LUNG)]).toEqual([0, 0]);

    await labels(
      async () => page.mouse.move(...(await screen(ASCENDING)), { steps: 5 }),
      (now) => now.at(ASCENDING) === 1 && now.at(AORTA) === 0,
    );
    await page.mouse.up();
    const dragged = await settled();
    expect(dragged.area(1)).toBeGreaterThan(310);

    const undone = await labels(
      () => page.click('#undo'),
      (now) => now.at(ASCENDING) === 0,
    );
    expect(undone.area(1)).toBe(0);
    if (name === 'cornerstone') {
      const redone = await labels(
        () => page.click('#redo'),
        (now) => now.at(ASCENDING) === 1,
      );
      expect(redone.data).toEqual(dragged.data);
      await labels(
        () => page.click('#undo'),
        (now) => now.at(ASCENDING) === 0,
      );
    }
  });

  it('keeps two structures apart, and takes away with the right button', { timeout: 180_000 }, async () => {
    const first = await labels(
      () => click(AORTA),
      (now) => now.at(AORTA) === 1,
    );
    await page.click(second);
    const both = await labels(
      () => click(ASCENDING),
      (now) => now.at(ASCENDING) === 2,
    );
    expect(both.area(1)).toBe(first.area(1));
    if (FIGURES) await page.screenshot({ path: join(FIGURES, `integration-${name}.png`) });

    const spot = { x: ASCENDING.x, y: ASCENDING.y + 14 };
    expect(both.at(spot)).toBe(2);
    const less = await labels(
      () => click(spot, 'right'),
      (now) => now.at(spot) === 0,
    );
    expect(less.area(2)).toBeLessThan(both.area(2));
    expect(less.at(AORTA)).toBe(1);
    expect(await page.textContent('#status')).toBe(
      [1, 2].map((label) => `Structure ${label}: ${(less.area(label) / 100).toFixed(1)} cm²`).join(', '),
    );
  });

  it('asks no other origin and breaks no policy', () => {
    expect(faults).toEqual([]);
  });
});

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readNifti, type Volume } from '@clickseg/example-dataset';
import { decode, encode } from 'fast-png';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';

/** The app in a page of its own, and what a person does with it. */
export interface App {
  readonly page: Page;
  /** Where a pixel of the slice lies on the screen. */
  at(x: number, y: number): Promise<{ x: number; y: number }>;
  /** Clicks on a pixel and waits for the answer. */
  click(x: number, y: number, options?: { button?: 'left' | 'right'; modifiers?: 'Alt'[] }): Promise<void>;
  /** Waits until no prediction and no long work is to come. */
  quiet(): Promise<void>;
  /** Does something and waits for the answer to it. */
  answered(act: () => Promise<unknown>): Promise<void>;
  /** Whether the outline of a structure holds a pixel. */
  covers(x: number, y: number, structure?: number): Promise<boolean>;
  /** Area of the current structure on this slice, mm². */
  area(): Promise<number>;
  /** What the "Save" menu gives. */
  save(id: string): Promise<Buffer>;
  labelMap(): Promise<Volume>;
  open(name: string, bytes: Uint8Array | string, input?: string): Promise<void>;
  /** Opens the phantom that comes with the app, and its truth. */
  openPhantom(): Promise<void>;
  /** Does what would open another scan, and lets the work go. */
  discarding(act: () => Promise<unknown>): Promise<void>;
  status(): Promise<string>;
  /** Writes a picture for the docs where CLICKSEG_FIGURES is set. */
  figure(name: string): Promise<void>;
  /** Closes it, and fails for requests that left the origin, for what the policy refused, and for errors. */
  close(): Promise<void>;
}

/** The sample's structures, in pixels (`examples/segment/clicks/chest.json` has them too). */
export const AORTA = { x: 281, y: 305 };
export const ASCENDING = { x: 232, y: 192 };

export interface OpenOptions extends BrowserContextOptions {
  readonly query?: string;
  /** Complaints that the test is about. */
  readonly allow?: RegExp;
}

/** Opens the app, with the sample in it; on WebAssembly, whose answers are the same on every machine. */
export async function openApp(browser: Browser, url: string, options: OpenOptions = {}): Promise<App> {
  const { query = '?provider=wasm', allow, ...rest } = options;
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    colorScheme: 'dark',
    acceptDownloads: true,
    ...rest,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(200_000);
  const outside: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => {
    if (!/^(blob:|data:)/.test(request.url()) && !request.url().startsWith(url)) outside.push(request.url());
  });
  page.on('console', (message) => {
    if (message.type() === 'error' || /Content Security Policy/i.test(message.text()))
      complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`${url}/${query}`);
  await page.waitForSelector('body[data-ready]');

  const app: App = {
    page,
    at: (x, y) =>
      page.evaluate(
        ([px, py]) => {
          const matrix = document.querySelector<SVGGElement>('#overlay .outlines')?.getScreenCTM();
          const point = new DOMPoint(px, py).matrixTransform(matrix ?? undefined);
          return { x: point.x, y: point.y };
        },
        [x, y] as const,
      ),
    async click(x, y, { button, modifiers = [] } = {}) {
      const point = await app.at(x, y);
      for (const key of modifiers) await page.keyboard.down(key);
      await app.answered(() => page.mouse.click(point.x, point.y, { button }));
      for (const key of modifiers) await page.keyboard.up(key);
    },
    async quiet() {
      await page.waitForFunction(
        () =>
          document.querySelector('#overlay')?.getAttribute('aria-busy') === 'false' &&
          document.querySelector('#task') === null,
        undefined,
        { polling: 50 },
      );
      // Outlines are drawn with the next frame.
      await page.evaluate(
        () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
      );
    },
    async answered(act) {
      const before = await page.evaluate(() => document.getElementById('overlay')?.innerHTML ?? '');
      await act();
      await page.waitForFunction((old) => document.getElementById('overlay')?.innerHTML !== old, before, {
        polling: 20,
      });
      await app.quiet();
    },
    covers: (x, y, structure = 1) =>
      page.evaluate(
        ([px, py, id]) => {
          const path = document.querySelector<SVGPathElement>(`#overlay path[data-structure="${id}"]`);
          return path?.isPointInFill(new DOMPoint(px, py)) ?? false;
        },
        [x, y, structure] as const,
      ),
    async area() {
      const text = await page.textContent('#structures .current [data-amount=area]');
      return Number(/^([\d,]+) mm²$/.exec(text ?? '')?.[1]?.replaceAll(',', ''));
    },
    async save(id) {
      await page.click('#save summary');
      const [download] = await Promise.all([page.waitForEvent('download'), page.click(`#save-${id}`)]);
      return readFile(await download.path());
    },
    labelMap: async () => readNifti(new Uint8Array(await app.save('mask'))),
    async open(name, bytes, input = '#files') {
      const buffer = Buffer.from(bytes as Uint8Array);
      await page.setInputFiles(input, { name, mimeType: 'application/octet-stream', buffer });
    },
    async openPhantom() {
      await page.click('#open summary');
      await page.click('#sample-phantom');
      await page.waitForSelector('body[data-ready=phantom]');
    },
    async discarding(act) {
      await act();
      await page.click('#question [data-use=discard]');
    },
    status: async () => (await page.textContent('#status')) ?? '',
    async figure(name) {
      if (!process.env['CLICKSEG_FIGURES']) return;
      const path = fileURLToPath(new URL(`../../../docs/figures/app-${name}.png`, import.meta.url));
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, smaller(await page.screenshot()));
    },
    async close() {
      await context.close();
      expect(outside).toEqual([]);
      expect(complaints.filter((text) => !allow?.test(text))).toEqual([]);
    },
  };
  return app;
}

/** A CT's noise fills a PNG: without the last bits of each colour, which no eye sees, it is a third smaller. */
function smaller(png: Uint8Array): Uint8Array {
  const { width, height, data, channels } = decode(png);
  const pixels = width * height;
  const coarse = new Uint8Array(pixels * 3);
  for (let i = 0; i < pixels; i++) {
    for (let k = 0; k < 3; k++) {
      coarse[i * 3 + k] = Math.min(255, Math.round((data[i * channels + k] as number) / 5) * 5);
    }
  }
  return encode({ width, height, data: coarse, channels: 3, depth: 8 }, { zlib: { level: 9 } });
}

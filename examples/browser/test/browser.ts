import { openBrowser } from '@clickseg/testing-browser';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, inject } from 'vitest';
import { serveApp } from '../server/serve-app.mjs';
import { type App, type OpenOptions, openApp } from './open-app.ts';

/** One browser and one site for a file's tests. */
export function useApp(): {
  open(options?: OpenOptions): Promise<App>;
  readonly url: string;
  readonly browser: Browser;
} {
  let browser: Browser;
  let site: Awaited<ReturnType<typeof serveApp>>;
  beforeAll(async () => {
    site = await serveApp({ folder: inject('app') });
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });
  return {
    open: (options) => openApp(browser, site.url, options),
    get url() {
      return site.url;
    },
    get browser() {
      return browser;
    },
  };
}

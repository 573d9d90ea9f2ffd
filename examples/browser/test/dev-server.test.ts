import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { useApp } from './browser.ts';
import { AORTA, openApp } from './open-app.ts';

const site = useApp();

it('answers a click under `vite` too, while it is being changed', async () => {
  const { createServer } = await import('vite');
  const cacheDir = await mkdtemp(join(tmpdir(), 'clickseg-vite-'));
  const root = fileURLToPath(new URL('..', import.meta.url));
  const server = await createServer({
    root,
    cacheDir,
    logLevel: 'silent',
    server: { port: 0, host: '127.0.0.1' },
  });
  try {
    await server.listen();
    const [url] = server.resolvedUrls!.local;
    const app = await openApp(site.browser, url.replace(/\/$/, ''));
    await app.click(AORTA.x, AORTA.y);
    expect(await app.covers(AORTA.x, AORTA.y)).toBe(true);
    await app.close();
  } finally {
    await server.close();
    await rm(cacheDir, { recursive: true });
  }
}, 240_000);

import { mkdir, mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { serveApp } from '../server/serve-app.mjs';

let folder: string;
let site: Awaited<ReturnType<typeof serveApp>>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clickseg-site-'));
  await mkdir(join(folder, 'site', 'ort'), { recursive: true });
  await writeFile(join(folder, 'secret.txt'), 'not for the site');
  await writeFile(join(folder, 'site', 'index.html'), '<!doctype html><title>app</title>');
  await writeFile(join(folder, 'site', 'ort', 'a.wasm'), 'wasm');
  site = await serveApp({ folder: join(folder, 'site') });
});
afterAll(async () => {
  await site?.close();
  await rm(folder, { recursive: true, force: true });
});

it('serves the app with the headers that a strict viewer wants and threads need', async () => {
  const page = await fetch(`${site.url}/`);
  expect(await page.text()).toContain('<title>app</title>');
  const policy = page.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval'");
  expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|https?:/);
  expect(page.headers.get('cross-origin-opener-policy')).toBe('same-origin');
  expect(page.headers.get('cross-origin-embedder-policy')).toBe('require-corp');
  expect((await fetch(`${site.url}/ort/a.wasm`)).headers.get('content-type')).toBe('application/wasm');
  expect((await fetch(`${site.url}/nothing.js`)).status).toBe(404);
  expect((await fetch(`${site.url}/`, { method: 'POST' })).status).toBe(405);
});

it('serves nothing beside its folder', async () => {
  // fetch would tidy the path up; a socket sends it as it is.
  for (const path of ['/../secret.txt', '/%2e%2e/secret.txt', '/ort/..%2f..%2fsecret.txt']) {
    expect(await raw(path), path).not.toContain('not for the site');
  }
});

// Only Linux lists a process's files in a folder.
it.skipIf(process.platform !== 'linux')('closes a file whose download was broken off', async () => {
  const large = join(folder, 'site', 'large.bin');
  await writeFile(large, new Uint8Array(20e6));
  const open = async () => {
    const links = (await readdir('/proc/self/fd')).map((fd) =>
      readlink(`/proc/self/fd/${fd}`).catch(() => ''),
    );
    return (await Promise.all(links)).filter((path) => path === large).length;
  };
  for (let i = 0; i < 5; i++) {
    await new Promise<void>((resolve, reject) => {
      const request = get(`${site.url}/large.bin`, (response) => {
        response.once('data', () => {
          request.destroy();
          resolve();
        });
        response.on('error', () => undefined);
      });
      request.on('error', reject);
    });
  }
  await expect.poll(open).toBe(0);
});

it('takes the next port where the one that was asked for is in use', async () => {
  const port = Number(new URL(site.url).port);
  const second = await serveApp({ folder: join(folder, 'site'), port });
  expect(Number(new URL(second.url).port)).toBeGreaterThan(port);
  await second.close();
});

function raw(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(site.url).port), '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
    socket.end(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  });
}

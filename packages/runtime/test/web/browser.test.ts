import { createHash } from 'node:crypto';
import { copyFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundlePages, openBrowser, type Site, serveSite } from '@clickseg/testing-browser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { conformanceCases } from '../../src/conformance/index.ts';
import type { PageTests } from './page.ts';

// A real Chromium with WebGPU in software, under `script-src 'self' 'wasm-unsafe-eval'`.
const model = new Uint8Array(400_000).map((_, i) => (i * 7919) >> 3);
const digest = createHash('sha256').update(model).digest('hex');
const ort = dirname(createRequire(import.meta.url).resolve('onnxruntime-web'));
const WASM = 'ort-wasm-simd-threaded.wasm';
const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

let browser: Awaited<ReturnType<typeof openBrowser>>;
let pages: Awaited<ReturnType<typeof bundlePages>>;
const sites: Record<string, Site> = {};
const ranges: (string | undefined)[] = [];

// The first answer of /cut.onnx breaks off in the middle; what follows must be asked for by its range.
function handle(request: IncomingMessage, response: ServerResponse): boolean {
  const { url = '', headers } = request;
  if (url.startsWith('/model.onnx')) {
    response.end(model);
  } else if (url.startsWith('/page.onnx')) {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><title>Sign in</title>');
  } else if (url.startsWith('/gone.onnx')) {
    response.writeHead(404).end();
  } else if (url.startsWith('/cut.onnx')) {
    ranges.push(headers.range);
    response.setHeader('etag', '"1"');
    const from = headers.range ? Number(/bytes=(\d+)-/.exec(headers.range)?.[1]) : 0;
    if (headers.range) {
      response.writeHead(206, {
        'content-range': `bytes ${from}-${model.length - 1}/${model.length}`,
        'content-length': model.length - from,
      });
      response.end(model.subarray(from));
    } else {
      response.writeHead(200, { 'content-length': model.length });
      response.write(model.subarray(0, 150_000), () => setTimeout(() => response.destroy(), 100));
    }
  } else return false;
  return true;
}

beforeAll(async () => {
  const entries = {
    page: here('page.ts'),
    worker: here('worker.ts'),
    'whole-worker': here('whole-worker.ts'),
    'broken-worker': here('broken-worker.ts'),
  };
  pages = await bundlePages(entries, { 'one-file': here('one-file.ts') });
  // Where a script looks for it that is told no folder.
  await copyFile(join(ort, WASM), join(pages.folder, WASM));
  const folders = { '/': pages.folder, '/ort/': ort };
  sites['isolated'] = await serveSite({ folders, handle });
  sites['plain'] = await serveSite({ folders, isolated: false, handle });
  browser = await openBrowser();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await Promise.all(Object.values(sites).map((site) => site.close()));
  await pages?.remove();
});

/** Calls one of the page's tests in a new page; what the policy refuses or the page throws fails the call. */
async function call<K extends keyof PageTests>(
  site: string,
  name: K,
  ...args: Parameters<PageTests[K]>
): Promise<Awaited<ReturnType<PageTests[K]>>> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const refused: string[] = [];
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) refused.push(message.text());
  });
  try {
    await page.goto(`${sites[site]?.url}/`);
    await page.waitForFunction(() => 'tests' in window);
    const run = new Function('[name, args]', 'return window.tests[name](...args)') as (
      of: unknown,
    ) => Promise<Awaited<ReturnType<PageTests[K]>>>;
    const result = await page.evaluate(run, [name, args] as const);
    expect(refused).toEqual([]);
    return result;
  } finally {
    await context.close();
  }
}

describe.each([
  ['wasm', 'isolated', 0],
  ['wasm', 'plain', 0],
  ['worker-wasm', 'isolated', 0],
  ['webgpu', 'isolated', 0.001],
] as const)('the conformance suite on %s, %s page', (backend, site, tolerance) => {
  it(`passes all ${conformanceCases.length} cases`, async () => {
    const results = await call(site, 'conformance', backend, tolerance);
    expect(results.filter(({ passed }) => !passed)).toEqual([]);
    expect(results).toHaveLength(conformanceCases.length);
  }, 600_000);
});

describe('the provider', () => {
  it('is WebGPU where there is an adapter', async () => {
    expect(await call('isolated', 'provider', 'default', true)).toEqual({
      provider: 'webgpu',
      fallbacks: [],
      gpu: true,
      isolated: true,
    });
  });
  it('is WebAssembly, and says why, where software imitates the adapter', async () => {
    const reason = 'software imitates the WebGPU adapter, slower than WebAssembly';
    expect(await call('isolated', 'provider', 'default')).toEqual({
      provider: 'wasm',
      fallbacks: [{ provider: 'webgpu', reason }],
      gpu: false,
      isolated: true,
    });
    // Asked for alone it is taken.
    expect(await call('isolated', 'provider', 'webgpu')).toMatchObject({ provider: 'webgpu', fallbacks: [] });
  });
  it('is WebAssembly, and says why, where there is none', async () => {
    const bare = await openBrowser({ webgpu: false });
    const page = await bare.newPage();
    await page.goto(`${sites['plain']?.url}/`);
    await page.waitForFunction(() => 'tests' in window);
    expect(await page.evaluate(() => window.tests.provider('default'))).toEqual({
      provider: 'wasm',
      fallbacks: [{ provider: 'webgpu', reason: 'this browser offers no WebGPU adapter' }],
      gpu: false,
      isolated: false,
    });
    await bare.close();
  });
  it.each(['webgpu', 'worker-default'] as const)(
    'becomes WebAssembly when the GPU is lost, and the pending prediction ends there: %s',
    async (name) => {
      const result = await call('isolated', 'loseDevice', name);
      expect(result).toMatchObject({ provider: 'webgpu', now: 'wasm', differing: 0, clicks: 1 });
      expect(result.fallbacks).toEqual([
        { provider: 'webgpu', reason: expect.stringContaining('the device was lost') },
      ]);
      expect(result.area).toBeGreaterThan(0);
      // The next model works too, on whatever is there by then.
      expect(result.differingLater).toBe(0);
    },
    120_000,
  );
  it('has its threads where the page is cross-origin isolated, and one elsewhere', async () => {
    const answers = [];
    for (const site of ['isolated', 'plain'] as const) {
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.goto(`${sites[site]?.url}/`);
      await page.waitForFunction(() => 'tests' in window);
      const { area, isolated } = await page.evaluate(() => window.tests.openThreads());
      answers.push({ area, isolated, threads: 1 + page.workers().length });
      await context.close();
    }
    const { area } = answers[0];
    expect(area).toBeGreaterThan(0);
    expect(answers).toEqual([
      { area, isolated: true, threads: 2 },
      { area, isolated: false, threads: 1 },
    ]);
  });
});

describe('a worker', () => {
  it('serves many predictions, and is started again after its last model', async () => {
    expect(await call('isolated', 'ticksWhile', 'worker-wasm', 30)).toBe(30);
  });
  it('serves them on a page that is not isolated', async () => {
    expect(await call('plain', 'ticksWhile', 'worker-wasm', 3)).toBe(3);
  });
  it('has its threads where it is one file with onnxruntime-web, which they begin with too', async () => {
    expect(await call('isolated', 'ticksWhile', 'one-file', 3)).toBe(3);
  });
  it('runs the whole of the runtime, to the same masks', async () => {
    const found = await call('isolated', 'wholeRuntime');
    expect(found.map(({ differing }) => differing)).toEqual([0, 0]);
    expect(found[0]?.inside).toBeGreaterThan(0);
  });
  it.each(['broken-worker', 'missing-worker'] as const)(
    'that cannot start is an error, no silence: %s',
    async (name) => {
      const fault = await call('isolated', 'fault', name);
      expect(fault).toMatchObject({
        code: 'backend-failed',
        message: expect.stringContaining('the worker failed'),
      });
    },
  );
});

it('names the provider and the cause where the WebAssembly files are not served', async () => {
  expect(await call('isolated', 'fault', 'no-wasm')).toMatchObject({
    code: 'backend-failed',
    message: expect.stringMatching(/wasm: .*wasmPaths, .* is \/nowhere\//),
  });
});

describe('fetchModel', () => {
  it('reports bytes, keeps the model, and finds it without the network', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${sites['isolated']?.url}/`);
    await page.waitForFunction(() => 'tests' in window);
    const first = await page.evaluate((sha) => window.tests.fetchModel('/model.onnx', sha), digest);
    expect(first.bytes).toBe(model.length);
    expect(first.seen.at(-1)).toMatchObject({ loaded: model.length, from: 'network' });
    await context.setOffline(true);
    const second = await page.evaluate((sha) => window.tests.fetchModel('/model.onnx', sha), digest);
    expect(second.seen).toEqual([{ loaded: model.length, total: model.length, from: 'cache' }]);
    await context.setOffline(false);
    await page.evaluate(() => window.tests.harmCache('/model.onnx'));
    const third = await page.evaluate((sha) => window.tests.fetchModel('/model.onnx', sha), digest);
    expect(third.seen.at(-1)).toMatchObject({ loaded: model.length, from: 'network' });
    await context.close();
  });
  it('resumes where the network was cut', async () => {
    ranges.length = 0;
    const { bytes, seen } = await call('isolated', 'fetchModel', '/cut.onnx', digest);
    expect(bytes).toBe(model.length);
    expect(seen.at(-1)).toEqual({ loaded: model.length, total: model.length, from: 'network' });
    // Some of the first half may still lie in the network's buffers; never more than was sent.
    expect(ranges[0]).toBeUndefined();
    expect(ranges).toHaveLength(2);
    const resumed = Number(/\d+/.exec(ranges[1] ?? '')?.[0]);
    expect(resumed).toBeGreaterThan(0);
    expect(resumed).toBeLessThanOrEqual(150_000);
  });
  it('refuses another file than was meant, and a server that says no', async () => {
    const other = '0'.repeat(64);
    expect(await call('isolated', 'fetchFault', '/model.onnx?other', other)).toMatchObject({
      code: 'invalid-model',
      message: expect.stringContaining(other),
    });
    expect(await call('isolated', 'fetchFault', '/page.onnx', digest)).toMatchObject({
      code: 'invalid-model',
      message: expect.stringContaining('a web page'),
    });
    expect(await call('isolated', 'fetchFault', '/gone.onnx')).toMatchObject({
      code: 'download-failed',
      message: expect.stringContaining('answered 404'),
    });
  });
});

import { afterEach, expect, it, vi } from 'vitest';
import { wasmThreads, webBackend } from '../../src/web/index.ts';

// What it computes is tested in browser.test.ts.
it.each([
  null,
  'wasm',
  { executionProviders: [] },
  { executionProviders: ['cpu'] },
  { threads: 0 },
  { wasmPaths: 'ort' },
])('refuses %j for options', (options) => {
  const code = expect.objectContaining({ code: 'invalid-option' });
  expect(() => webBackend(options as never)).toThrow(code);
});

afterEach(() => vi.unstubAllGlobals());

it.each([
  { isolated: true, shared: true, cores: 2, threads: 2 },
  { isolated: true, shared: true, cores: 16, threads: 4 },
  { isolated: false, shared: true, cores: 16, threads: 1 },
  // WebKitGTK 2.50.
  { isolated: true, shared: false, cores: 16, threads: 1 },
])('takes $threads threads on $cores cores, isolated $isolated, memory shared $shared', (page) => {
  vi.stubGlobal('crossOriginIsolated', page.isolated);
  vi.stubGlobal('SharedArrayBuffer', page.shared ? SharedArrayBuffer : undefined);
  vi.stubGlobal('navigator', { hardwareConcurrency: page.cores });
  expect(wasmThreads()).toBe(page.threads);
});

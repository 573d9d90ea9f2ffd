import { expect, it } from 'vitest';
import { webBackend } from '../../src/web/index.ts';

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

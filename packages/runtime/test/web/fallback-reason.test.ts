import { expect, it } from 'vitest';
import { fallbackReason } from '../../src/web/fallback-reason.ts';

// The words of Chromium, Firefox and Safari as onnxruntime-web passes them on.
it.each([
  "no available backend found. ERR: [wasm] RuntimeError: Aborted(CompileError: WebAssembly.instantiate(): Refused to compile or instantiate WebAssembly module because 'unsafe-eval' is not an allowed source of script in the following Content Security Policy directive: \"script-src 'self'\")",
  'no available backend found. ERR: [wasm] CompileError: call to WebAssembly.instantiate() blocked by CSP',
])('names the policy that WebAssembly needs: %s', (said) => {
  const reason = fallbackReason(new Error(said), '/ort/');
  expect(reason).toContain("'wasm-unsafe-eval' in script-src");
  expect(reason).toContain(said);
});

it.each([
  'Failed to fetch dynamically imported module: http://localhost/nowhere/ort-wasm-simd-threaded.mjs',
  'error loading dynamically imported module: http://localhost/nowhere/ort-wasm-simd-threaded.mjs',
  'Importing a module script failed.',
  'both async and sync fetching of the wasm failed',
  'CompileError: WebAssembly.instantiate(): expected magic word 00 61 73 6d, found 3c 21 64 6f @+0',
  // Chromium 147, of a 404 with and without a body.
  'RuntimeError: Aborted(CompileError: WebAssembly.instantiate(): expected 4 bytes, fell off end @+0)',
  'RuntimeError: Aborted(TypeError: WebAssembly.instantiate(): BufferSource argument is empty)',
])('names the folder where its files are not found: %s', (said) => {
  expect(fallbackReason(new Error(said), '/nowhere/')).toMatch(/wasmPaths, the folder .* is \/nowhere\//);
  expect(fallbackReason(said, undefined)).toContain('not given');
});

it('passes other words on', () => {
  expect(fallbackReason(new Error('out of memory'), '/ort/')).toBe('out of memory');
});

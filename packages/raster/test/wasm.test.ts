import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WASM_KERNELS } from '../src/wasm-kernels.ts';

const mask = { data: Uint8Array.of(0, 1, 1, 1, 1, 1), shape: [2, 3] };

beforeEach(() => void vi.resetModules());
afterEach(() => void vi.unstubAllGlobals());

function watch(compile: (bytes: BufferSource) => WebAssembly.Module) {
  const Module = vi.fn(function (this: unknown, bytes: BufferSource) {
    return compile(bytes);
  });
  vi.stubGlobal('WebAssembly', { ...WebAssembly, Module, Instance: WebAssembly.Instance });
  return Module;
}

test('the committed bytes were compiled from the committed source', () => {
  const source = readFileSync(new URL('../wasm/kernels.ts', import.meta.url));
  const written = readFileSync(new URL('../src/wasm-kernels.ts', import.meta.url), 'utf8');
  expect(written).toContain(createHash('sha256').update(source).digest('hex'));
});

test('the module is below 4096 bytes, the most that browsers compile at once on the main thread', () => {
  expect(atob(WASM_KERNELS).length).toBeLessThan(4096);
});

test('importing compiles nothing; the first field compiles once', async () => {
  const real = WebAssembly.Module;
  const Module = watch((bytes) => new real(bytes));
  const { chamferDistance, euclideanDistance } = await import('../src/index.ts');
  expect(Module).not.toHaveBeenCalled();
  chamferDistance(mask);
  euclideanDistance(mask);
  expect(Module).toHaveBeenCalledTimes(1);
});

test('a Content-Security-Policy that refuses WebAssembly is asked once and changes no result', async () => {
  const Module = watch(() => {
    throw new WebAssembly.CompileError('Refused to compile or instantiate WebAssembly module');
  });
  const { chamferDistance, euclideanDistance } = await import('../src/index.ts');
  expect([...chamferDistance(mask).data]).toEqual([0, 1, 2, 1, 1, 2]);
  expect([...euclideanDistance(mask, { squared: true }).data]).toEqual([0, 1, 4, 1, 2, 5]);
  expect(Module).toHaveBeenCalledTimes(1);
});

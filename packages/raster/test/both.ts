import { vi } from 'vitest';

/** The package as it is, and a second copy of it that has never seen WebAssembly. */
export const simd = await import('../src/index.ts');

vi.resetModules();
vi.stubGlobal('WebAssembly', undefined);
const script = await import('../src/index.ts');
// The first field decides for good.
script.chamferDistance(script.raster(new Uint8Array([0, 1]), [1, 2]));
vi.unstubAllGlobals();

export const BOTH = [
  ['WebAssembly', simd],
  ['script', script],
] as const;

import type { Options } from 'tsup';

/** How every published package is built: ESM first, CJS beside it, types for both, nothing minified. */
export const library = (entry: Record<string, string> = { index: 'src/index.ts' }): Options => ({
  entry,
  format: ['esm', 'cjs'],
  dts: true,
  sourcemap: true,
  clean: true,
  treeshake: true,
  target: 'es2022',
  tsconfig: 'tsconfig.json',
});

/**
 * How a command-line example is built: one self-contained file a command, bundled from source. Only the
 * native runtime stays outside.
 */
export const app = (entry: Record<string, string>): Options => ({
  entry,
  format: ['esm'],
  platform: 'node',
  target: 'node20',
  clean: true,
  sourcemap: true,
  noExternal: [/^(?!onnxruntime-)/],
  external: ['onnxruntime-node'],
  // CommonJS dependencies inside the bundle ask for Node's own modules with require().
  banner: {
    js: "import { createRequire as bundleRequire } from 'node:module'; const require = bundleRequire(import.meta.url);",
  },
  tsconfig: 'tsconfig.json',
});

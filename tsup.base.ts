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

/** How a command-line example is built: one file a command, the workspace's packages bundled from source. */
export const app = (entry: Record<string, string>): Options => ({
  entry,
  format: ['esm'],
  platform: 'node',
  target: 'node20',
  clean: true,
  sourcemap: true,
  noExternal: [/^@clickseg\//],
  tsconfig: 'tsconfig.json',
});

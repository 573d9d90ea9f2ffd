import { defineConfig } from 'tsup';

/** The package and what it imports as one plain file, so that node times what an application would run. */
export default defineConfig({
  entry: { simulate: 'src/index.ts' },
  outDir: 'bench/dist',
  format: ['esm'],
  target: 'es2022',
  noExternal: [/^@clickseg\//],
  silent: true,
});

import { defineConfig } from 'tsup';

// The bench runs on plain Node, so the workspace's sources are bundled into one file of JavaScript.
export default defineConfig({
  entry: { index: 'src/index.ts' },
  format: ['esm'],
  target: 'es2022',
  noExternal: [/^@clickseg\//],
  outDir: 'bench/dist',
  silent: true,
});

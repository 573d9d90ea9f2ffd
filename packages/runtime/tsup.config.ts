import { defineConfig } from 'tsup';
import { library } from '../../tsup.base.ts';

const published = library({
  index: 'src/index.ts',
  node: 'src/node/index.ts',
  web: 'src/web/index.ts',
  remote: 'src/remote/index.ts',
  volume: 'src/volume/index.ts',
  conformance: 'src/conformance/index.ts',
});

export default defineConfig([
  // Both are built at once: each clears away what is its own.
  { ...published, clean: ['!model-tool/**'] },
  {
    ...published,
    entry: { bin: 'src/node/model-tool/bin.ts' },
    outDir: 'dist/model-tool',
    format: ['esm'],
    dts: false,
    // Inside the repository the other packages are TypeScript, which plain Node does not load.
    noExternal: [/^@clickseg\//],
  },
]);

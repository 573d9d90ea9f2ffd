import { defineConfig } from 'tsup';
import { app } from '../../tsup.base.ts';

export default defineConfig({
  ...app({ main: 'src/main.ts', thread: 'src/thread.ts' }),
  // The weights are found beside the package's own module, so that module stays where it is.
  noExternal: [/^@clickseg\/(?!model-ct)/],
});

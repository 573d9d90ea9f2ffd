import { defineConfig } from 'tsup';
import { library } from '../../tsup.base.ts';

// Whitespace is dropped (names stay), because comments would take a third of the size budget; source
// maps carry them.
export default defineConfig({
  ...library({ index: 'src/index.ts', ndarray: 'src/ndarray.ts' }),
  minifyWhitespace: true,
});

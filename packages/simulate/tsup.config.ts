import { defineConfig } from 'tsup';
import { library } from '../../tsup.base.ts';

export default defineConfig(
  library({
    index: 'src/index.ts',
    ritm: 'src/ritm.ts',
    'distance-transform': 'src/distance-transform.ts',
  }),
);

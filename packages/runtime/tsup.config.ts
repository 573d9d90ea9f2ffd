import { defineConfig } from 'tsup';
import { library } from '../../tsup.base.ts';

export default defineConfig(
  library({
    index: 'src/index.ts',
    node: 'src/node/index.ts',
    remote: 'src/remote/index.ts',
    conformance: 'src/conformance/index.ts',
  }),
);

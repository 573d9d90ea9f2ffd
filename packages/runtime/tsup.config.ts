import { defineConfig } from 'tsup';
import { library } from '../../tsup.base.ts';

export default defineConfig(
  library({
    index: 'src/index.ts',
    node: 'src/node/index.ts',
    web: 'src/web/index.ts',
    remote: 'src/remote/index.ts',
    volume: 'src/volume/index.ts',
    'model-tool': 'src/node/model-tool/bin.ts',
    conformance: 'src/conformance/index.ts',
  }),
);

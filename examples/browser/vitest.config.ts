import { mergeConfig } from 'vitest/config';
import { vitest } from '../../vitest.base.ts';

// One build for all files. A browser that draws and computes on the processor takes its time on a busy machine.
export default mergeConfig(vitest({ testTimeout: 240_000 }), {
  test: { globalSetup: ['test/build-app.ts'], hookTimeout: 240_000 },
});

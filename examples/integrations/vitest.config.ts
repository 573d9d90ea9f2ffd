import { vitest } from '../../vitest.base.ts';

export default vitest({ testTimeout: 60_000 });

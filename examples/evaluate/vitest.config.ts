import { vitest } from '../../vitest.base.ts';

// Whole evaluations, several a test: seconds on a quiet machine, more beside other work.
export default vitest({ testTimeout: 120_000 });

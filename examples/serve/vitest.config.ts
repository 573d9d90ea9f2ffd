import { vitest } from '../../vitest.base.ts';

export default vitest();

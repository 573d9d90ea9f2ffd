import { expect, it } from 'vitest';
import * as guidance from '../src/index.ts';

it('exports these names and no others', () => {
  expect(Object.keys(guidance).sort()).toMatchInlineSnapshot(`
    [
      "DISK_DEFAULTS",
      "DISTANCE_DEFAULTS",
      "GUIDANCE_DEFAULTS",
      "createGuidance",
      "diskGuidance",
      "distanceGuidance",
      "renderGuidance",
      "stackInput",
    ]
  `);
});

import { expect, it } from 'vitest';
import * as encodings from '../src/encodings.ts';
import * as guidance from '../src/index.ts';

it('exports these names and no others', () => {
  expect(Object.keys(guidance).sort()).toMatchInlineSnapshot(`
    [
      "GUIDANCE_DEFAULTS",
      "createGuidance",
      "renderGuidance",
      "stackInput",
    ]
  `);
});

it('keeps the encodings that people compare with in a subpath', () => {
  expect(Object.keys(encodings).sort()).toMatchInlineSnapshot(`
    [
      "DISK_DEFAULTS",
      "DISTANCE_DEFAULTS",
      "diskGuidance",
      "distanceGuidance",
    ]
  `);
});

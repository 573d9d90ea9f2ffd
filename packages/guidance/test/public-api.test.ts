import { expect, it } from 'vitest';
import * as encodings from '../src/encodings.ts';
import * as guidance from '../src/index.ts';
import * as obey from '../src/obey.ts';

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

it('keeps what is done to an answer, not to an input, in a subpath', () => {
  expect(Object.keys(obey).sort()).toEqual(['OBEY_DEFAULTS', 'obeyClicks']);
});

import { describe, expect, it } from 'vitest';
import { METADATA_DEFAULTS, type ModelMetadataInput, parseMetadata } from '../src/index.ts';

const full = {
  format: 1,
  name: 'liver',
  version: '1.2.0',
  spacing: 1.5,
  sizeMultiple: 16,
  maxSize: 320,
  sigma: 3,
  kernel: 'erf',
  threshold: 0.4,
  certainty: 0.9,
  normalization: {
    method: 'z-score',
    curve: [
      [-200, 0],
      [250, 255],
    ],
  },
  output: 'logits',
  inputName: 'x',
  outputName: 'y',
} as const;

describe('parseMetadata', () => {
  it('reads back what JSON carried', () => {
    expect(parseMetadata(JSON.stringify(full))).toEqual(full);
  });

  it('fills in the defaults, also where a field is there but undefined', () => {
    const read = parseMetadata({ name: 'a', spacing: 1, sigma: undefined });
    expect(read).toEqual({ format: 1, name: 'a', spacing: 1, ...METADATA_DEFAULTS });
  });

  it.each([
    ['format', { format: 2 }],
    ['name', { name: '' }],
    ['spacing', { spacing: 0 }],
    ['spacing', { spacing: '1' }],
    ['sigma', { sigma: Number.NaN }],
    ['sigma', { sigma: 1e6 }],
    ['sizeMultiple', { sizeMultiple: 1.5 }],
    ['sizeMultiple', { sizeMultiple: 2 ** 20, maxSize: 2 ** 20 }],
    ['maxSize', { maxSize: 100 }],
    ['maxSize', { maxSize: 2 ** 20 }],
    ['threshold', { threshold: 0 }],
    ['certainty', { certainty: 0.5 }],
    ['certainty', { certainty: 1 }],
    ['certainty', { certainty: '0.9' }],
    ['certainty', { certainty: 0.6, threshold: 0.7 }],
    ['certainty', { certainty: 0.6, threshold: 0.3 }],
    ['kernel', { kernel: 'box' }],
    ['output', { output: 'softmax' }],
    ['inputName', { inputName: '' }],
    ['normalization', { normalization: { method: 'min-max' } }],
    ['curve', { normalization: { method: 'z-score', curve: [[0, 1]] } }],
    [
      'curve',
      {
        normalization: {
          method: 'z-score',
          curve: [
            [0, 1],
            [0, 2],
          ],
        },
      },
    ],
    [
      'curve',
      {
        normalization: {
          method: 'z-score',
          curve: [
            [0, 1],
            [1, 0],
          ],
        },
      },
    ],
    [
      'curve',
      {
        normalization: {
          method: 'z-score',
          curve: [
            [0, 1],
            [1, null],
          ],
        },
      },
    ],
    [
      'curve',
      {
        normalization: {
          method: 'z-score',
          curve: [
            [0, 0],
            [1, 1e300],
          ],
        },
      },
    ],
  ])('names %s when it is %o', (field, change) => {
    const given = { ...full, ...change } as unknown as ModelMetadataInput;
    expect(() => parseMetadata(given)).toThrow(
      expect.objectContaining({ code: 'invalid-model', message: expect.stringContaining(field) }),
    );
  });

  it.each(['', '{', '[]', 'null', '7'])('refuses the text %o', (text) => {
    expect(() => parseMetadata(text)).toThrow(expect.objectContaining({ code: 'invalid-model' }));
  });
});

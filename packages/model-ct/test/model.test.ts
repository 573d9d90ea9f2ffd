import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { compact, model } from '../model.js';
import { loadModel } from '../node.js';

describe('the published weights', () => {
  it.each([
    ['in floats', model, 10e6],
    ['in 8 bits', compact, 3e6],
  ])('%s are the file that the SHA-256 names, and small', async (_, form, most) => {
    const { data, sha256, size } = await loadModel(form);
    expect(createHash('sha256').update(data).digest('hex')).toBe(sha256);
    expect(data.length).toBe(size);
    expect(data.length).toBeLessThan(most);
  });

  it('lie beside the module, where a bundler finds them', () => {
    expect(model.url.pathname).toMatch(/\/model\.onnx$/);
    expect(compact.url.pathname).toMatch(/\/compact\.onnx$/);
  });

  it('say inside the file how they want to be fed', async () => {
    const described = async (form: typeof model) => {
      const text = new TextDecoder('latin1').decode((await loadModel(form)).data);
      return JSON.parse(/\{"[ -~]*"name":"clickseg-ct[ -~]*\}/.exec(text)![0]);
    };
    const metadata = await described(model);
    expect(metadata).toMatchObject({ name: 'clickseg-ct', spacing: 1.5 });
    // Told apart by name alone, so that a result says which of them made it.
    expect(await described(compact)).toEqual({ ...metadata, name: 'clickseg-ct-8bit' });
  });
});

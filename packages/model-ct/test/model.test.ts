import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { model } from '../model.js';
import { loadModel } from '../node.js';

describe('the published weights', () => {
  it('are the file that the SHA-256 names, under 10 MB', async () => {
    const { data, sha256, size } = await loadModel();
    expect(createHash('sha256').update(data).digest('hex')).toBe(sha256);
    expect(data.length).toBe(size);
    expect(data.length).toBeLessThan(10e6);
  });

  it('lie beside the module, where a bundler finds them', () => {
    expect(model.url.pathname).toMatch(/\/model\.onnx$/);
  });

  it('say inside the file how they want to be fed', async () => {
    const text = new TextDecoder('latin1').decode((await loadModel()).data);
    expect(text).toContain('"name":"clickseg-ct"');
    expect(text).toContain('"spacing":1.5');
  });
});

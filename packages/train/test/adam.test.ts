import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type AdamOptions, adamFactors, adamStep, trainStep, unet } from '../src/index.ts';
import { run } from './support.ts';

interface Fixture {
  rate: number;
  start: number[];
  gradients: number[][];
  cases: { options: AdamOptions; parameters: number[] }[];
}

/** PyTorch's AdamW and clip_grad_norm_: see fixtures/make_optimiser.py. */
const fixture: Fixture = JSON.parse(
  readFileSync(new URL('./fixtures/optimiser.json', import.meta.url), 'utf8'),
);

describe('adamStep against PyTorch', () => {
  it.each(fixture.cases)('takes the same five steps with $options', async ({ options, parameters }) => {
    const n = fixture.start.length;
    const model = adamStep(n, options);
    let [p, m, v] = [Float32Array.from(fixture.start), new Float32Array(n), new Float32Array(n)];
    for (const [i, gradient] of fixture.gradients.entries()) {
      const { decay, ...factors } = adamFactors(fixture.rate, i + 1, options);
      const scalars = options.weightDecay ? { ...factors, decay } : factors;
      const out = await run(model, {
        parameters: { data: p, shape: [n] },
        gradient: { data: Float32Array.from(gradient), shape: [n] },
        m: { data: m, shape: [n] },
        v: { data: v, shape: [n] },
        ...Object.fromEntries(
          Object.entries(scalars).map(([k, x]) => [k, { data: Float32Array.of(x), shape: [] }]),
        ),
      });
      [p, m, v] = [out.new_parameters, out.new_m, out.new_v] as (typeof p)[];
    }
    for (let i = 0; i < n; i++) expect(Math.abs(p[i] - parameters[i])).toBeLessThan(1e-6);
  });

  it('refuses settings that cannot be meant, by name and value', () => {
    expect(() => adamStep(4, { beta1: 1 })).toThrow(/beta1 1/);
    expect(() => adamStep(4, { clipNorm: Number.NaN })).toThrow(/clipNorm NaN/);
    const optimizer = { weightDecay: -1 };
    expect(() => trainStep(unet({ width: 1, levels: 1 }), { batch: 1, size: 4, optimizer })).toThrow(
      /weightDecay -1/,
    );
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import type { Backend } from '../src/backend.ts';
import {
  type ConformanceReport,
  conformanceCases,
  conformanceModel,
  runConformance,
} from '../src/conformance/index.ts';
import { describe as describeScene, SCENES, stage } from '../src/conformance/scenes.ts';
import { createSegmenter, readModel } from '../src/index.ts';
import { nodeBackend } from '../src/node/index.ts';

describe('the suite on nodeBackend', () => {
  let report: ConformanceReport;
  beforeAll(async () => {
    report = await runConformance({ backend: () => nodeBackend({ threads: 1 }) });
  });
  it.each(conformanceCases)('$name', ({ name }) => {
    const result = report.results.find((each) => each.name === name);
    expect(result).toMatchObject({ passed: true, skipped: false, differing: 0 });
    expect(result?.error).toBeUndefined();
  });
  it('holds with two threads', async () => {
    const { passed } = await runConformance({ backend: () => nodeBackend({ threads: 2 }) });
    expect(passed).toBe(true);
  });
});

describe('the expected masks', () => {
  it.each(SCENES.filter(({ shape }) => shape[0] > 1))(
    'are no guess at the threshold, and have an inside and an outside: $name',
    async (scene) => {
      const model = { data: conformanceModel(), metadata: describeScene(scene) };
      const segmenter = await createSegmenter({ model, backend: nodeBackend({ threads: 1 }) });
      const { probability, mask } = await (await stage(segmenter, scene)).predict();
      const margins = probability.data.filter((p) => p !== 0).map((p) => Math.abs(p - 0.5));
      // Rounding of another provider lies a hundred times below this.
      expect(Math.min(...margins)).toBeGreaterThan(1e-5);
      expect(mask.data).toContain(1);
      expect(mask.data).toContain(0);
      await segmenter.dispose();
    },
  );

  it('are of a model that describes itself', () => {
    const { inputs, outputs, properties } = readModel(conformanceModel());
    expect(inputs.map(({ name }) => name)).toEqual(['input']);
    expect(outputs.map(({ name }) => name)).toEqual(['probability', 'logits']);
    expect(JSON.parse(properties['clickseg'])).toMatchObject({ name: 'clickseg-conformance' });
  });
});

/** nodeBackend with one fault built in. */
function broken(change: {
  load?: (session: Awaited<ReturnType<Backend['load']>>) => Awaited<ReturnType<Backend['load']>>;
  bytes?: boolean;
}): () => Backend {
  const good = nodeBackend({ threads: 1 });
  return () => ({
    name: 'broken',
    async load(bytes, options) {
      const session = await good.load(change.bytes ? conformanceModel() : bytes, options);
      return change.load?.(session) ?? session;
    },
  });
}

describe('finds', () => {
  const sessions = conformanceCases.map(({ name }) => name).filter((name) => name.startsWith('session'));
  const failures = async (backend: () => Backend, only = sessions) => {
    const { passed, results } = await runConformance({ backend, only });
    expect(passed).toBe(results.every((each) => each.passed));
    return results.filter((each) => !each.passed).map(({ name }) => name);
  };

  it('swapped channels', async () => {
    const swapped = broken({
      load: (session) => ({
        ...session,
        run({ input }, options) {
          const n = input.dims[2] * input.dims[3];
          const data = input.data.slice();
          data.copyWithin(n, 2 * n);
          data.set(input.data.subarray(n, 2 * n), 2 * n);
          return session.run({ input: { ...input, data } }, options);
        },
      }),
    });
    const only = ['mask: clicks inside and outside'];
    expect(await failures(swapped, only)).toEqual(only);
  });

  it('an input that is transferred away', async () => {
    const taken = broken({
      load: (session) => ({
        ...session,
        async run({ input }, options) {
          const result = await session.run({ input }, options);
          structuredClone(input.data, { transfer: [input.data.buffer as ArrayBuffer] });
          return result;
        },
      }),
    });
    const name = 'session: gives what was asked for and leaves its input alone';
    expect(await failures(taken, [name, 'interaction: a drag ends as a fresh click does'])).toHaveLength(2);
  });

  it('outputs that nobody asked for', async () => {
    const all = broken({
      load: (session) => ({
        ...session,
        run: (feeds) => session.run(feeds, { outputs: ['probability', 'logits'] }),
      }),
    });
    expect(await failures(all)).toEqual(['session: gives what was asked for and leaves its input alone']);
  });

  it('a load that reads no bytes, unless it need not', async () => {
    const name = 'session: refuses bytes that are no model, and loads a good one afterwards';
    expect(await failures(broken({ bytes: true }))).toEqual([name]);
    const only = [name];
    const { results } = await runConformance({ backend: broken({ bytes: true }), readsBytes: false, only });
    expect(results).toEqual([expect.objectContaining({ name, passed: true, skipped: true })]);
  });
});

it('lets a share of the pixels differ where the caller says so', async () => {
  const name = 'mask: one click';
  const off = broken({
    load: (session) => ({
      ...session,
      async run(feeds, options) {
        const result = await session.run(feeds, options);
        const data = result['probability'].data.slice();
        if (data[0] < 0.5) data[0] = 0.9;
        else data[0] = 0.1;
        return { probability: { ...result['probability'], data } };
      },
    }),
  });
  const only = [name];
  const strict = await runConformance({ backend: off, only });
  expect(strict.results[0]).toMatchObject({ passed: false, differing: 1 / 4096 });
  expect(await runConformance({ backend: off, only, tolerance: 0.001 })).toMatchObject({ passed: true });
});

it('says what it was given wrong, and stops when told to', async () => {
  const backend = () => nodeBackend();
  const code = (c: string) => expect.objectContaining({ code: c });
  await expect(runConformance({ backend: {} as never })).rejects.toThrow(code('invalid-option'));
  await expect(runConformance({ backend, tolerance: 2 })).rejects.toThrow(code('invalid-option'));
  await expect(runConformance({ backend, only: ['x'] })).rejects.toThrow(code('invalid-option'));
  const reason = new Error('enough');
  await expect(runConformance({ backend, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

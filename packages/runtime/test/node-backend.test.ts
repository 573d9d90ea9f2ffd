import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Tensor } from 'onnxruntime-common';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { BackendTensor } from '../src/index.ts';
import { createSegmenter } from '../src/index.ts';
import { type NodeBackendOptions, nodeBackend } from '../src/node/index.ts';
import { metadata, networks, onnx, picture } from './support.ts';

const cudaLibrary = join(
  dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json')),
  `bin/napi-v6/${process.platform}/${process.arch}/libonnxruntime_providers_cuda.so`,
);

describe('nodeBackend', () => {
  it.each(networks)('answers as PyTorch does: $id', async ({ onnx, input, output }) => {
    const session = await nodeBackend({ threads: 1 }).load(onnx, {});
    const feed: BackendTensor = { type: 'float32', data: input.data as Float32Array, dims: input.shape };
    const { output: result } = await session.run({ input: feed }, { outputs: ['output'] });
    expect(result.dims).toEqual(output.shape);
    let worst = 0;
    for (let i = 0; i < result.data.length; i++) {
      worst = Math.max(worst, Math.abs(result.data[i] - output.data[i]));
    }
    expect(worst).toBeLessThan(1e-5);
    await session.dispose();
  });

  it('goes on to the next provider and says why', async () => {
    const session = await nodeBackend({ executionProviders: ['no-such-provider', 'cpu'] }).load(onnx, {});
    expect(session.provider).toBe('cpu');
    expect(session.fallbacks).toEqual([
      { provider: 'no-such-provider', reason: expect.stringContaining("has no 'no-such-provider'") },
    ]);
    await session.dispose();
  });

  // Where a GPU's libraries are installed, 'cuda' runs, and there is no fallback to tell of.
  it.skipIf(existsSync(cudaLibrary))('runs on the CPU where CUDA is asked for and is not there', async () => {
    const foreign = process.platform === 'darwin' ? 'dml' : 'coreml';
    const segmenter = await createSegmenter({
      model: { data: onnx, metadata },
      backend: nodeBackend({ executionProviders: ['cuda', foreign, 'cpu'] }),
    });
    expect(segmenter.provider).toBe('cpu');
    expect(segmenter.fallbacks).toEqual([
      { provider: 'cuda', reason: expect.stringMatching(/install script|has no 'cuda'/) },
      { provider: foreign, reason: expect.stringMatching(/has no '(coreml|dml)' .* it has cpu/) },
    ]);
    const interaction = await segmenter.open(picture(20, 20));
    interaction.add({ x: 5, y: 5, label: 'foreground' });
    expect((await interaction.predict()).mask.shape).toEqual([20, 20]);
    await segmenter.dispose();
  });

  it('names every provider when none takes the model', async () => {
    const nothing = nodeBackend({ executionProviders: ['one', 'two'] }).load(onnx, {});
    await expect(nothing).rejects.toThrow(
      expect.objectContaining({ code: 'backend-failed', message: expect.stringMatching(/one: .*two: /) }),
    );
  });

  it.each([[{ threads: 0 }], [{ threads: 1.5 }], [{ executionProviders: [] }]])(
    'refuses %o before anything is loaded',
    (options: NodeBackendOptions) => {
      expect(() => nodeBackend(options)).toThrow(expect.objectContaining({ code: 'invalid-option' }));
    },
  );

  it("takes onnxruntime-common's tensors as they are", () => {
    const tensor = new Tensor(
      'float32',
      new Float32Array(1),
      [1],
    ) as import('onnxruntime-common').TypedTensor<'float32'>;
    expectTypeOf(tensor).toExtend<BackendTensor>();
    expect(tensor.dims).toEqual([1]);
  });
});

it.each([null, 'cuda', ['cuda']])('refuses %j for options', (options) => {
  const code = expect.objectContaining({ code: 'invalid-option' });
  expect(() => nodeBackend(options as never)).toThrow(code);
});

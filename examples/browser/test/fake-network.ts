import type { Backend } from '@clickseg/runtime';
import { conformanceModel } from '@clickseg/runtime/conformance';
import type { FetchModelOptions } from '@clickseg/runtime/web';
import { gate } from './gate.ts';

/** What came of a download that a test ends as it likes. */
interface Download {
  readonly options: FetchModelOptions;
  arrive(): void;
  fail(error: Error): void;
}

/** Stands in for `@clickseg/runtime/web`: downloads, loads and runs last as long as a test wants. Bright pixels are inside. */
export function fakeNetwork() {
  const [loads, runs] = [gate(), gate()];
  const downloads: Download[] = [];
  const count = { live: 0, loads: 0 };
  const backend: Backend = {
    name: 'fake',
    async load() {
      await loads.pass();
      count.loads++;
      count.live++;
      return {
        provider: 'wasm',
        async run(feeds, { outputs }) {
          await runs.pass();
          const [{ data, dims } = { data: [], dims: [] }] = Object.values(feeds);
          const [, , h = 1, w = 1] = dims;
          const answer = Float32Array.from({ length: h * w }, (_, i) => (Number(data[i]) > 0.5 ? 0.9 : 0.1));
          return { [outputs[0] as string]: { type: 'float32', data: answer, dims: [1, 1, h, w] } };
        },
        async dispose() {
          count.live--;
        },
      };
    },
  };
  const fetchModel = (_: URL | string, options: FetchModelOptions = {}) =>
    new Promise((resolve, reject) => {
      const arrive = () => resolve({ data: conformanceModel() });
      downloads.push({ options, arrive, fail: reject });
    });
  return { backend, fetchModel, downloads, loads, runs, count };
}

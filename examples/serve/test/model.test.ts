import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Backend } from '@clickseg/runtime';
import { afterEach, expect, it, vi } from 'vitest';
import { StartFault } from '../src/fault.ts';
import { readInferRequest } from '../src/infer-request.ts';
import { loadServedModel, RELOAD_FIRST } from '../src/model.ts';
import { openModel } from '../src/open-model.ts';
import { createServer } from '../src/serve.ts';
import { graphBytes } from './graph.ts';

const metadata = { format: 1, name: 'own', spacing: 1, maxSize: 64 };
const free = ['n', 3, 'h', 'w'];
const output = { y: ['n', 1, 'h', 'w'] };
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/**
 * A backend that takes images of the given sides, as onnxruntime does, and answers zeros.
 * @param broken - whether the session of that number, from 1, answers nothing any more
 */
function fakeBackend(sides: (h: number, w: number) => boolean, broken: (session: number) => boolean) {
  const calls = { loads: 0, runs: [] as string[], disposals: 0, running: 0, mostRunning: 0 };
  const backend: Backend = {
    name: 'fake',
    async load() {
      const session = ++calls.loads;
      return {
        provider: 'fake',
        async run(feeds, { outputs }) {
          const [n, c, h, w] = Object.values(feeds)[0].dims;
          calls.runs.push(`${session}: ${n},${c},${h},${w}`);
          calls.mostRunning = Math.max(calls.mostRunning, ++calls.running);
          await new Promise((resolve) => setImmediate(resolve));
          calls.running--;
          if (broken(session)) throw new Error('the thread is dead');
          if (!sides(h, w)) throw new Error('Got invalid dimensions for input');
          const data = new Float32Array(n * h * w);
          return { [outputs[0]]: { type: 'float32', data, dims: [n, 1, h, w] } };
        },
        async dispose() {
          calls.disposals++;
        },
      };
    },
  };
  return { backend, calls };
}

async function serve(
  bytes: Uint8Array,
  sides: (h: number, w: number) => boolean,
  broken: (session: number) => boolean = () => false,
) {
  const { backend, calls } = fakeBackend(sides, broken);
  const app = createServer(await loadServedModel(bytes, backend), { name: 'm', maxDelay: 0 });
  closers.push(() => app.close());
  const get = async (path: string) => {
    const { statusCode, body } = await app.inject(path);
    return { status: statusCode, json: JSON.parse(body) };
  };
  const infer = async (h: number, w: number) => {
    const { statusCode, body } = await app.inject({
      method: 'POST',
      url: '/v2/models/m/infer',
      payload: JSON.stringify({
        inputs: [
          { name: 'x', datatype: 'FP32', shape: [1, 3, h, w], data: new Array<number>(3 * h * w).fill(0) },
        ],
      }),
    });
    return [statusCode, JSON.parse(body).error];
  };
  return { calls, get, infer };
}

it.each<[h: number | string, w: number | string, announced: number[], expected: string]>([
  [64, 64, [64, 64], '[1..8, 3, 64, 64]'],
  // The graph's size goes before the metadata's multiple of 16, as in the runtime.
  [40, 40, [40, 40], '[1..8, 3, 40, 40]'],
  [64, 'w', [64, -1], '[1..8, 3, 64, w], w a multiple of 16 up to 4096'],
  ['h', 48, [-1, 48], '[1..8, 3, h, 48], h a multiple of 16 up to 4096'],
  ['h', 'w', [-1, -1], '[1..8, 3, h, w], h and w multiples of 16 up to 4096'],
])('a graph of %s x %s is announced as that, and takes nothing else', async (h, w, announced, expected) => {
  const takes = (height: number, width: number) =>
    (typeof h === 'string' || height === h) && (typeof w === 'string' || width === w);
  const { calls, get, infer } = await serve(
    graphBytes({ x: ['n', 3, h, w] }, { y: ['n', 1, h, w] }, metadata),
    takes,
  );
  const { json } = await get('/v2/models/m');
  expect(json.inputs[0].shape).toEqual([-1, 3, ...announced]);
  expect(json.outputs[0].shape).toEqual([-1, 1, ...announced]);
  const [right, other] = [
    announced.map((n) => (n < 0 ? 32 : n)),
    announced.map((n) => (n < 0 ? 33 : n - 16)),
  ];
  expect(await infer(right[0], right[1])).toEqual([200, undefined]);
  const runs = calls.runs.length;
  expect(await infer(other[0], other[1])).toEqual([
    400,
    `unexpected shape for input 'x': expected ${expected}, got ${JSON.stringify([1, 3, ...other])}`,
  ]);
  expect(calls.runs).toHaveLength(runs);
  expect(calls.loads).toBe(1);
});

it('a run that fails for its request leaves the session, and the server ready', async () => {
  const { calls, get, infer } = await serve(graphBytes({ x: free }, output, metadata), (h) => h <= 64);
  expect(await infer(80, 80)).toEqual([500, 'Got invalid dimensions for input']);
  expect(await get('/v2/health/ready')).toEqual({ status: 200, json: { ready: true } });
  expect(await infer(64, 64)).toEqual([200, undefined]);
  // Of the warm-up's size, which the runtime has seen the model take.
  expect(calls.runs).toEqual(['1: 1,3,64,64', '1: 1,3,80,80', '1: 1,3,64,64', '1: 1,3,64,64']);
  expect(calls).toMatchObject({ loads: 1, disposals: 0 });
});

it('the next run waits until the session has been tried', async () => {
  const { calls, infer } = await serve(graphBytes({ x: free }, output, metadata), (h) => h <= 64);
  const answers = await Promise.all([infer(80, 80), infer(64, 64), infer(96, 96), infer(32, 32)]);
  expect(answers.map(([status]) => status)).toEqual([500, 200, 500, 200]);
  expect(calls.mostRunning).toBe(1);
});

it('a session that answers nothing any more is freed once and replaced', async () => {
  let dead = false;
  const { backend, calls } = fakeBackend(
    () => true,
    (session) => dead && session === 1,
  );
  const model = await loadServedModel(graphBytes({ x: free }, output, metadata), backend);
  const work = { data: new Float32Array(3 * 256), count: 1, h: 16, w: 16, outputs: ['y'] };
  dead = true;
  const failed = await Promise.allSettled([model.run(work), model.run(work)]);
  expect(failed.map((each) => each.status === 'rejected' && String(each.reason))).toEqual([
    'Error: the thread is dead',
    'Error: the thread is dead',
  ]);
  expect(await model.run(work)).toEqual([new Float32Array(256)]);
  expect(model.ready()).toBe(true);
  expect(calls).toMatchObject({ loads: 2, disposals: 1 });
  await model.dispose();
  expect(calls.disposals).toBe(2);
});

it('a session that cannot be replaced at once is tried again later and later, told each time, until the end', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  closers.push(async () => vi.useRealTimers());
  const { backend, calls } = fakeBackend(
    () => true,
    (session) => dead.has(session),
  );
  const dead = new Set<number>();
  let fails = 0;
  const flaky: Backend = {
    ...backend,
    load: async (...given) => {
      if (fails-- > 0) throw new Error('no memory\njust now');
      return backend.load(...given);
    },
  };
  const lines: string[] = [];
  const model = await loadServedModel(graphBytes({ x: free }, output, metadata), flaky, (line) =>
    lines.push(line),
  );
  const work = { data: new Float32Array(3 * 256), count: 1, h: 16, w: 16, outputs: ['y'] };
  const kill = async (session: number, failures: number) => {
    dead.add(session);
    fails = failures;
    await expect(model.run(work)).rejects.toThrow('the thread is dead');
    await vi.advanceTimersByTimeAsync(0);
  };
  await kill(1, 3);
  const states: [boolean, number][] = [];
  for (const wait of [0, 1, 1, 1, 1, 1, 1, 1]) {
    await vi.advanceTimersByTimeAsync(wait * RELOAD_FIRST);
    states.push([model.ready(), lines.length]);
  }
  const [once, twice, thrice] = [1, 2, 3].map((tries): [boolean, number] => [false, tries]);
  expect(states).toEqual([once, twice, twice, thrice, thrice, thrice, thrice, [true, 3]]);
  expect(lines[0]).not.toContain('\n');
  expect(JSON.parse(lines[0])).toEqual({
    time: expect.any(String),
    message: 'the model could not be loaded anew, next try in 1 s: no memory\njust now',
  });
  // From the beginning the next time, and no more once it is disposed of.
  await kill(2, 5);
  expect(JSON.parse(lines[3]).message).toContain('next try in 1 s');
  await model.dispose();
  expect(vi.getTimerCount()).toBe(0);
  expect([lines.length, calls.loads]).toEqual([4, 2]);
});

it.each<[string, Uint8Array, string]>([
  [
    'previousMask on three channels',
    graphBytes({ x: free }, output, { ...metadata, previousMask: true }),
    "its input 'x' is [n, 3, h, w]; [1, 4, h, w] is needed",
  ],
  [
    'an inputName that is none',
    graphBytes({ x: free }, output, { ...metadata, inputName: 'nope' }),
    "it has no input 'nope', but: x",
  ],
  [
    'an outputName that is none',
    graphBytes({ x: free }, output, { ...metadata, outputName: 'nope' }),
    "it has no output 'nope', but: y",
  ],
  ['no inputs', graphBytes({}, output, metadata), 'it has no input'],
  ['no outputs', graphBytes({ x: free }, {}, metadata), 'it has no output'],
  [
    'two inputs',
    graphBytes({ x: free, z: free }, output, metadata),
    'it has several inputs (x, z); the runtime fills one',
  ],
  [
    'a fixed batch of two',
    graphBytes({ x: [2, 3, 'h', 'w'] }, output, metadata),
    "its input 'x' is [2, 3, h, w]; [1, 3, h, w] is needed",
  ],
  ['no description', graphBytes({ x: free }, output), 'it does not describe itself'],
])('a model is refused at the start as the runtime refuses it: %s', async (_, bytes, why) => {
  const folder = await mkdtemp(join(tmpdir(), 'serve-'));
  closers.push(() => rm(folder, { recursive: true }));
  const path = join(folder, 'model.onnx');
  await writeFile(path, bytes);
  const { backend, calls } = fakeBackend(
    () => true,
    () => false,
  );
  const opening = openModel(path, backend);
  await expect(opening).rejects.toBeInstanceOf(StartFault);
  const message = await opening.then(String, (error: Error) => error.message);
  expect(message).toContain(`serve: --model ${path}: model: ${why}`);
  expect(message).not.toContain('\n');
  expect(calls.loads).toBe(0);
});

it('a model that fails its first run is refused, and freed', async () => {
  const { backend, calls } = fakeBackend(
    () => false,
    () => false,
  );
  const loading = loadServedModel(graphBytes({ x: free }, output, metadata), backend);
  await expect(loading).rejects.toMatchObject({ code: 'backend-failed' });
  expect(calls).toMatchObject({ loads: 1, disposals: 1 });
});

/** How often what is done goes through a typed array by its iterator. */
function countWalks<T>(work: () => T): { value: T; walks: number } {
  const arrays: Uint8Array = Object.getPrototypeOf(Uint8Array.prototype);
  const original = arrays[Symbol.iterator];
  let walks = 0;
  arrays[Symbol.iterator] = function (this: Uint8Array) {
    walks++;
    return original.call(this);
  };
  try {
    const value = work();
    return { value, walks };
  } finally {
    arrays[Symbol.iterator] = original;
  }
}

it('takes the bytes of a tensor at once, not one by one', () => {
  const values = Float32Array.from({ length: 3 * 256 }, (_, i) => i / 7);
  const input = { name: 'x', datatype: 'FP32', shape: [1, 3, 16, 16] };
  const json = (pad: string) =>
    JSON.stringify({ id: pad, inputs: [{ ...input, parameters: { binary_data_size: values.byteLength } }] });
  const tensors = {
    ...({ input: 'x', output: 'y', channels: 3, sizeMultiple: 16, maxBatch: 1 } as const),
    datatype: 'FP32',
    fixed: [undefined, undefined],
    outputs: ['y'],
  } as const;
  // Wherever they begin.
  for (const pad of ['', '.', '..', '...']) {
    const head = Buffer.from(json(pad));
    const body = Buffer.concat([head, Buffer.from(values.buffer)]);
    const { value: data, walks } = countWalks(
      () => readInferRequest(body, String(head.length), tensors).data,
    );
    expect(walks).toBe(0);
    expect(data).toEqual(values);
    // Whoever changes one of them changes not the other.
    body.fill(0);
    expect(data[1]).toBe(values[1]);
  }
});

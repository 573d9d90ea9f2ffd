import { beforeAll, describe, expect, it } from 'vitest';
import {
  createSegmenter,
  type Interaction,
  type InteractionJson,
  type OpenOptions,
  prepareImage,
  readModel,
  type Segmenter,
  sha256,
} from '../src/index.ts';
import { nodeBackend } from '../src/node/index.ts';
import { remoteModel } from '../src/remote/index.ts';
import { fakeBackend, metadata, onnx, picture } from './support.ts';

const tagged = (code: string, words = '') =>
  expect.objectContaining({ code, message: expect.stringContaining(words) });
const at = (x: number, y: number) => ({ x, y, label: 'foreground' }) as const;
const image = picture(24, 31, (y, x) => ((y * 7 + x * 13) % 100) + 10);

let segmenter: Segmenter;
beforeAll(async () => {
  const backend = nodeBackend({ threads: 1 });
  segmenter = await createSegmenter({ model: { data: onnx, metadata }, backend });
});
async function probability(of: Parameters<Segmenter['open']>[0]): Promise<Float32Array> {
  const interaction = await segmenter.open(of);
  interaction.add(at(12, 9));
  return (await interaction.predict()).probability.data;
}

describe('an image', () => {
  it.each([
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float64Array,
  ])('of %o is read as the same numbers in 32-bit floats are', async (Kind) => {
    expect(await probability({ ...image, data: Kind.from(image.data) })).toEqual(await probability(image));
  });

  it('in shared memory, upside down in a larger buffer, is read in place', async () => {
    const [h, w] = image.shape;
    const shared = new Float64Array(new SharedArrayBuffer(8 * (2 * h * w + 5)));
    // Every other number, from the last one back.
    for (let i = 0; i < h * w; i++) shared[shared.length - 3 - 2 * i] = image.data[i];
    const view = { data: shared, shape: [h, w], stride: [-2 * w, -2], offset: shared.length - 3 };
    const before = shared.slice();
    expect(await probability(view)).toEqual(await probability(image));
    expect(shared.slice()).toEqual(before);
  });

  it.each([
    ['bigints', { data: new BigInt64Array(6) as never, shape: [2, 3] }, 'invalid-array'],
    ['a plain list', { data: [1, 2] as never, shape: [1, 2] }, 'invalid-array'],
    ['colours', { data: new Uint8Array(18), shape: [2, 3, 3] }, 'invalid-shape'],
    ['a view beyond its buffer', { ...image, offset: 1 }, 'invalid-array'],
    ['nothing', undefined as never, 'invalid-array'],
    ['more than 32-bit floats hold', { data: new Float64Array(4).fill(1e39), shape: [2, 2] }, 'not-finite'],
  ])('of %s is refused', async (_, wrong, code) => {
    await expect(segmenter.open(wrong)).rejects.toThrow(tagged(code));
  });

  it.each([[{ x: Number.NaN, y: 1 }], [{ x: 1, y: 0 }], [[1]], [[1, 2, 3]], ['1' as never], [1 as never]])(
    'with a spacing of %o is refused',
    async (spacing: OpenOptions['spacing']) => {
      await expect(segmenter.open(image, { spacing })).rejects.toThrow(tagged('invalid-spacing'));
    },
  );

  it('with a spacing in micrometres is refused, not resampled to thousands of times its size', async () => {
    const open = segmenter.open(image, { spacing: { x: 700, y: 700 } });
    await expect(open).rejects.toThrow(tagged('invalid-spacing', '16800 x 21700 pixels'));
  });

  it.each([[[1e300, 1e-300]], [[1e-300, 1e300]], [[1e308, 1e308]], [[1e-10, 1]]])(
    'with a spacing of %o, which no arithmetic holds, is refused, also by a model that zooms',
    async (spacing) => {
      const zoom = { overview: 32, window: 32, margin: 1.5 };
      const model = { data: onnx, metadata: { ...metadata, zoom } };
      const zooming = await createSegmenter({ model, backend: fakeBackend().backend });
      for (const each of [segmenter, zooming]) {
        await expect(each.open(image, { spacing })).rejects.toThrow(tagged('invalid-spacing', 'mm'));
      }
    },
  );
});

describe('options and bytes that are none', () => {
  let interaction: Interaction;
  const none = null as never;
  const unasked = () => expect.fail('it was asked before its options were read');
  const untouched = { model: { data: onnx, metadata }, backend: { name: 'unasked', load: unasked } };
  const nowhere = { url: 'http://127.0.0.1:1', model: 'net', fetch: unasked };
  beforeAll(async () => {
    interaction = await segmenter.open(image);
    interaction.add(at(3, 3));
  });
  it.each<[string, () => unknown]>([
    ['open', () => segmenter.open(image, none)],
    ['open of a word', () => segmenter.open(image, 'hounsfield' as never)],
    ['add', () => interaction.add(at(1, 1), none)],
    ['predict', () => interaction.predict(none)],
    ['predict, of its signal', () => interaction.predict({ signal: {} as never })],
    ['from', () => interaction.from(image, none)],
    ['from, of its signal', () => interaction.from(image, { signal: 'no' as never })],
    ['fromJSON', () => interaction.fromJSON(interaction.toJSON(), none)],
    ['prepareImage', () => prepareImage(image, undefined as never)],
    ['readModel', () => readModel(undefined as never)],
    ['readModel of a list', () => readModel([1, 2] as never)],
    ['sha256', () => sha256('abc' as never)],
    ['createSegmenter', () => createSegmenter(none)],
    ['createSegmenter, of its signal', () => createSegmenter({ ...untouched, signal: {} as never })],
    ['createSegmenter, of its onProgress', () => createSegmenter({ ...untouched, onProgress: 5 as never })],
    ['remoteModel, of its signal', () => remoteModel({ ...nowhere, signal: {} as never })],
  ])('are refused by %s', async (_, call) => {
    const before = interaction.toJSON();
    await expect((async () => call())()).rejects.toThrow(tagged('invalid-option'));
    expect(interaction.toJSON()).toEqual(before);
  });
});

// As JSON may have it: it cannot be shown.
const ODD = { toString: 1, valueOf: 1 };

describe('JSON', () => {
  it('of more clicks than a function takes arguments is taken up, and counted on from', async () => {
    const interaction = await segmenter.open(image);
    const clicks = Array.from({ length: 130_000 }, (_, i) => ({ id: i + 1, ...at(1, 1) }));
    interaction.fromJSON({ ...interaction.toJSON(), clicks });
    expect(interaction.clicks).toHaveLength(130_000);
    expect(interaction.add(at(2, 2))).toBe(130_001);
  });

  const id = (n: number) => ({ clicks: [{ id: n, ...at(1, 1) }] });
  it.each([
    ['locks that are null', { locked: null }],
    ['locks that are no list', { locked: 7 }],
    ['clicks that are no list', { clicks: {} }],
    ['no image', { image: null }],
    ['no model', { model: null }],
    ['an id above which nothing can be counted', id(Number.MAX_SAFE_INTEGER)],
    ['an id that is no whole number', id(1.5)],
    ['an id below 1', id(0)],
    ['a model of an odd name', { model: { name: ODD, version: '1' } }],
    ['an odd size', { image: { shape: [ODD, 31], spacing: null, hounsfield: false } }],
    ['an odd spacing', { image: { shape: [24, 31], spacing: [ODD, 1], hounsfield: false } }],
    ['an odd reading', { image: { shape: [24, 31], spacing: null, hounsfield: ODD } }],
    ['odd locks', { locked: [ODD, 1] }],
    ['locks of an odd count', { locked: [0, ODD] }],
    ['locks that do not fill it', { locked: [0, 24 * 31 - 1] }],
    ['locks that fill more than it', { locked: [0, 24 * 31, 1, 1] }],
    ['an odd id', { clicks: [{ id: ODD, ...at(1, 1) }] }],
  ])('with %s is refused, and changes nothing', async (_, change) => {
    const interaction = await segmenter.open(image);
    interaction.add(at(3, 3));
    const json = interaction.toJSON();
    const wrong = { ...json, ...change } as unknown as InteractionJson;
    expect(() => interaction.fromJSON(wrong)).toThrow(tagged('invalid-file'));
    expect(interaction.toJSON()).toEqual(json);
  });
});

it('contours are not silently none once the probabilities were transferred away', async () => {
  const interaction = await segmenter.open(image);
  interaction.add(at(12, 9));
  const [first, second] = [await interaction.predict(), await interaction.predict()];
  const { contours } = first;
  for (const { probability } of [first, second]) {
    structuredClone(probability.data, { transfer: [probability.data.buffer] });
  }
  expect(contours.length).toBeGreaterThan(0);
  expect(first.contours).toBe(contours);
  expect(() => second.contours).toThrow(tagged('invalid-array', 'transferred'));
});

it('a progress callback that throws fails the loading, and leaves no session', async () => {
  for (const at of ['load', 'warm-up', 'ready']) {
    const { backend, calls } = fakeBackend();
    const mine = new Error(`mine, at ${at}`);
    const loading = createSegmenter({
      model: { data: onnx, metadata },
      backend,
      onProgress({ stage }) {
        if (stage === at) throw mine;
      },
    });
    await expect(loading).rejects.toBe(mine);
    expect(calls.disposals).toBe(calls.loads);
  }
});

describe('what is handed out', () => {
  it('is no way into the interaction: it is frozen', async () => {
    const interaction = await segmenter.open(image);
    const [empty, writable] = [
      interaction.clicks as unknown[],
      interaction as unknown as { shape: number[] },
    ];
    expect(() => empty.push(at(1, 1))).toThrow(TypeError);
    expect(() => {
      writable.shape[0] = 5;
    }).toThrow(TypeError);
    const first = interaction.add(at(3, 3));
    interaction.move(first, { x: 4, y: 4 });
    const { clicks } = await interaction.predict();
    interaction.fromJSON(JSON.stringify(interaction.toJSON()));
    interaction.add(at(5, 5));
    for (const list of [clicks, interaction.clicks, interaction.toJSON().clicks]) {
      expect(() => (list as unknown[]).push(at(1, 1))).toThrow(TypeError);
      for (const click of list as unknown as { x: number }[]) {
        expect(() => {
          click.x = 5;
        }).toThrow(TypeError);
      }
    }
    expect(interaction.toJSON().image.shape).toEqual([24, 31]);
    expect(interaction.clicks.map(({ x }) => x)).toEqual([4, 5]);
  });
});

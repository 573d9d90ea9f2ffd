import { describe, expect, it } from 'vitest';
import { readModel } from '../src/index.ts';
import { describedModel, field, graphOnly, join, networks, onnx } from './support.ts';

const invalid = (words: string) =>
  expect.objectContaining({ code: 'invalid-model', message: expect.stringContaining(words) });
const bytes = (text: string) => new TextEncoder().encode(text);

describe('readModel', () => {
  it.each(networks)('reads names and shapes of $id as PyTorch exported it', (network) => {
    const info = readModel(network.onnx);
    expect(info.producer).toBe('pytorch');
    expect(info.inputs).toEqual([{ name: 'input', elementType: 1, dims: ['n', 3, 'h', 'w'] }]);
    expect(info.outputs).toEqual([{ name: 'output', elementType: 1, dims: ['n', 1, 'h', 'w'] }]);
  });

  it('reads the properties that onnxruntime does not show', () => {
    const text = 'µm and 😀';
    expect(readModel(describedModel(text)).properties).toEqual({ clickseg: text });
  });

  it('reads out of an offset view and out of shared memory', () => {
    const shared = new Uint8Array(new SharedArrayBuffer(onnx.length + 7)).subarray(7);
    shared.set(onnx);
    expect(readModel(shared)).toEqual(readModel(onnx));
  });

  it('does not take initializers for inputs, as models before IR 4 list them', () => {
    const inputs = { image: [1, 3, 'h', 'w'], weight: [4, 3, 3, 3] };
    const listed = graphOnly(inputs, { p: [1, 1, 'h', 'w'] }, 1, ['weight']);
    expect(readModel(listed).inputs.map(({ name }) => name)).toEqual(['image']);
  });

  it('takes a size of -1 for any, as some exporters write it', () => {
    const negative = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
    const dimension = field(1, Uint8Array.from([0x08, ...negative]));
    const shape = join(dimension, field(1, field(1, 3)));
    const input = join(field(1, 'x'), field(2, field(1, join(field(1, 1), field(2, shape)))));
    const { inputs } = readModel(join(field(1, 8), field(7, join(field(11, input), field(12, input)))));
    expect(inputs).toEqual([{ name: 'x', elementType: 1, dims: [undefined, 3] }]);
  });

  it('says that weights in another file cannot come along', () => {
    const tensor = join(field(8, 'conv1.weight'), field(14, 1));
    expect(() => readModel(field(7, field(5, tensor)))).toThrow(
      invalid("'conv1.weight' lies in another file"),
    );
  });

  it.each([
    ['nothing', '', 'no bytes'],
    ['a 404 page', '\n<!DOCTYPE html><html><title>404 Not Found</title></html>', 'a web page'],
    ['an XML error', '<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>', 'a web page'],
    ['a JSON error', '{"message":"Not Found"}', 'JSON'],
    ['a Git LFS pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a', 'git lfs pull'],
    ['a line of text', 'Not found', 'plain text'],
    ['a ZIP archive', 'PK\x03\x04\x14\x00\x00', 'ZIP archive'],
  ])('tells %s from a model', (_, text, words) => {
    expect(() => readModel(bytes(text))).toThrow(invalid(words));
  });

  it('tells a gzipped model', () => {
    expect(() => readModel(Uint8Array.from([0x1f, 0x8b, 8, 0, 0]))).toThrow(invalid('gzipped'));
  });

  it('tells a cut-off download wherever it was cut', () => {
    for (let part = 1; part < 20; part++) {
      const cut = onnx.subarray(0, Math.floor((onnx.length * part) / 20));
      expect(() => readModel(cut)).toThrow(invalid('cut off'));
    }
  });

  it('never hangs or throws anything else on damaged bytes', () => {
    let state = 4242;
    const random = () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
    let refused = 0;
    for (let i = 0; i < 300; i++) {
      const damaged = onnx.slice(0, 4000);
      for (let k = 0; k < 8; k++) damaged[Math.floor(random() * damaged.length)] = Math.floor(random() * 256);
      try {
        readModel(damaged);
      } catch (error) {
        expect(error).toEqual(expect.objectContaining({ code: 'invalid-model' }));
        refused++;
      }
    }
    expect(refused).toBe(300);
  });
});

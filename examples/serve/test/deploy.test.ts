import { readFileSync } from 'node:fs';
import { loadModel } from '@clickseg/model-ct/node';
import { parseMetadata, readModel } from '@clickseg/runtime';
import { expect, it } from 'vitest';

it("Triton's config.pbtxt describes the shipped model", async () => {
  const text = readFileSync(new URL('../deploy/config.pbtxt', import.meta.url), 'utf8');
  const { inputs, outputs, properties } = readModel((await loadModel()).data);
  const tensors = [...text.matchAll(/\{ name: "(\w+)" data_type: TYPE_FP32 dims: \[ (\d), -1, -1 \]/g)];
  expect(tensors.map(([, name, channels]) => [name, Number(channels)])).toEqual(
    [inputs[0], outputs[0]].map(({ name, dims }) => [name, dims![1]]),
  );
  const [, quoted] = /string_value: ("(?:[^"\\]|\\.)*")/.exec(text) ?? [];
  expect(parseMetadata(JSON.parse(quoted!) as string)).toEqual(parseMetadata(properties['clickseg']));
});

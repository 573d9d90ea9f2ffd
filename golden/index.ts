import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const DTYPES = {
  uint8: Uint8Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

type Dtype = keyof typeof DTYPES;
export type GoldenData = InstanceType<(typeof DTYPES)[Dtype]>;

/** One array of a case, C order, as a peer answered it. */
export interface GoldenArray {
  data: GoldenData;
  shape: number[];
}

/** One case: its parameters, arrays by name, and scalars (NaN and infinities come as strings). */
export interface GoldenCase {
  id: string;
  tags: string[];
  // biome-ignore lint/suspicious/noExplicitAny: each case has its own parameters and values, written by Python.
  params: any;
  arrays: Record<string, GoldenArray>;
  // biome-ignore lint/suspicious/noExplicitAny: see above.
  values: any;
}

interface Entry {
  file: string;
  offset?: number;
  dtype: Dtype;
  shape: number[];
}

const path = (category: string, file: string) => new URL(`./cases/${category}/${file}`, import.meta.url);

function read(category: string, entry: Entry): GoldenArray {
  const bytes = gunzipSync(readFileSync(path(category, `${entry.file}.gz`)));
  // A copy of its own, so that the typed array's offset is aligned whatever gunzip returned.
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const size = entry.shape.reduce((a, b) => a * b, 1);
  return { data: new DTYPES[entry.dtype](buffer, entry.offset ?? 0, size), shape: entry.shape };
}

/** All cases of a category, their arrays read from the gzipped files beside the manifest. */
export function loadGolden(category: 'guidance' | 'simulate' | 'metrics'): GoldenCase[] {
  const manifest = JSON.parse(readFileSync(path(category, 'manifest.json'), 'utf8'));
  return manifest.cases.map((c: GoldenCase & { arrays: Record<string, Entry> }) => ({
    ...c,
    arrays: Object.fromEntries(Object.entries(c.arrays).map(([k, e]) => [k, read(category, e)])),
  }));
}

/** A U-Net of Fig. 2 with random weights as ONNX, an input, and PyTorch's output. */
export interface GoldenNetwork {
  id: string;
  onnx: Uint8Array;
  input: GoldenArray;
  output: GoldenArray;
}

export function loadGoldenNetworks(): GoldenNetwork[] {
  const manifest = JSON.parse(readFileSync(path('runtime', 'manifest.json'), 'utf8'));
  return manifest.cases.map((c: { id: string; onnx: string; input: Entry; output: Entry }) => ({
    id: c.id,
    onnx: new Uint8Array(readFileSync(path('runtime', c.onnx))),
    input: read('runtime', c.input),
    output: read('runtime', c.output),
  }));
}

/** MONAI's interaction probabilities by K (`monai_train_probability`). */
export function loadSchedule(): { monai_train_probability: Record<string, number[]> } {
  return JSON.parse(readFileSync(path('simulate', 'schedule.json'), 'utf8'));
}

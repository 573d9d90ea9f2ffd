import { loadGoldenNetworks } from '@clickseg/golden';
import type { Backend, BackendTensor, ModelMetadataInput } from '../src/index.ts';
import { MODEL_METADATA_KEY } from '../src/index.ts';

export const networks = loadGoldenNetworks();
const small = networks[0];
export const onnx = small.onnx;

/** The random U-Net of width 4 answers around 0.44: this threshold cuts its output in two. */
export const metadata: ModelMetadataInput = { name: 'golden', version: '1', spacing: 1, threshold: 0.442 };

/** A protobuf field of bytes; enough of a writer to make small models by hand. */
export function field(number: number, content: Uint8Array | string | number): Uint8Array {
  if (typeof content === 'number') return Uint8Array.from([...varint(number * 8), ...varint(content)]);
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return Uint8Array.from([...varint(number * 8 + 2), ...varint(bytes.length), ...bytes]);
}

function varint(value: number): number[] {
  const low = value % 128;
  return value < 128 ? [low] : [low + 128, ...varint(Math.floor(value / 128))];
}

export function join(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** The golden U-Net with its description inside: appended fields are part of a protobuf message. */
export function describedModel(text = JSON.stringify(metadata)): Uint8Array {
  return join(onnx, field(14, join(field(1, MODEL_METADATA_KEY), field(2, text))));
}

/** A graph of inputs and outputs only: `name: dims`, free axes as names. */
export function graphOnly(
  inputs: Record<string, (number | string)[]>,
  outputs: Record<string, (number | string)[]>,
  elementType = 1,
  initializers: string[] = [],
): Uint8Array {
  const dim = (n: number | string) => field(1, typeof n === 'number' ? field(1, n) : field(2, n));
  const value = ([name, dims]: [string, (number | string)[]]) => {
    const tensor = join(field(1, elementType), field(2, join(...dims.map(dim))));
    return join(field(1, name), field(2, field(1, tensor)));
  };
  const graph = join(
    ...Object.entries(inputs).map((entry) => field(11, value(entry))),
    ...Object.entries(outputs).map((entry) => field(12, value(entry))),
    ...initializers.map((name) => field(5, field(8, name))),
  );
  return join(field(1, 8), field(7, graph));
}

/** What a fake network answers, a pixel at a time. */
export type Answer = (image: number, foreground: number, background: number, previous: number) => number;

/** Like a U-Net that only sees clicks: a blob around each foreground click, cut by background clicks. */
export const blobs: Answer = (_, foreground, background) => Math.max(0, foreground - background);

/** A backend that counts its calls; after `hold()` each run waits for a `release()`. */
export function fakeBackend(
  options: {
    held?: boolean;
    answer?: Answer;
    fail?: () => Error | undefined;
    /** Is told every input. */
    seen?: (input: BackendTensor) => void;
  } = {},
) {
  const { answer = blobs, fail, seen } = options;
  const calls = { loads: 0, runs: 0, disposals: 0, running: 0, mostRunning: 0 };
  const gates: (() => void)[] = [];
  const control = { held: false };
  const backend: Backend = {
    name: 'fake',
    async load() {
      calls.loads++;
      return {
        provider: 'fake',
        async run(feeds, { outputs }) {
          calls.runs++;
          calls.running++;
          calls.mostRunning = Math.max(calls.mostRunning, calls.running);
          if (calls.disposals > 0) throw new Error('run after dispose');
          if (control.held) await new Promise<void>((resolve) => gates.push(resolve));
          else await new Promise((resolve) => setImmediate(resolve));
          calls.running--;
          const error = fail?.();
          if (error) throw error;
          const [{ data, dims }] = Object.values(feeds);
          seen?.({ type: 'float32', data: data.slice(), dims });
          const n = dims[2] * dims[3];
          const result = Float32Array.from({ length: n }, (_, i) =>
            answer(data[i], data[n + i], data[2 * n + i], data[3 * n + i]),
          );
          const tensor: BackendTensor = { type: 'float32', data: result, dims: [1, 1, dims[2], dims[3]] };
          return { [outputs[0]]: tensor };
        },
        async dispose() {
          if (calls.running > 0) throw new Error('disposed during a run');
          calls.disposals++;
        },
      };
    },
  };
  return {
    backend,
    calls,
    /** From now on runs wait; the warm-up is over by then. */
    hold: () => {
      control.held = true;
    },
    /** Lets the run under way end. */
    release: async () => {
      while (gates.length === 0) await new Promise((resolve) => setImmediate(resolve));
      gates.shift()?.();
    },
    free: () => {
      control.held = false;
      for (const gate of gates.splice(0)) gate();
    },
  };
}

/** `[h, w]` pixels from a formula, the same on every platform. */
export function picture(h: number, w: number, at = (y: number, x: number) => ((y * 7 + x * 13) % 31) + y) {
  const data = Float32Array.from({ length: h * w }, (_, i) => at(Math.floor(i / w), i % w));
  return { data, shape: [h, w] };
}

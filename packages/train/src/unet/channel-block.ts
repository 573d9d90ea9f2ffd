import { blockedNode } from '../blocked/layout.ts';
import { Graph } from '../onnx/graph.ts';
import type { OnnxRuntime } from '../training/network.ts';
import { trainStep } from './train-step.ts';
import { type Unet, unet } from './unet.ts';

// More than the widest block there is (16 with AVX-512, 8 with AVX2).
const CHANNELS = 64;
/** Far above rounding (1e-7), far below a value in the wrong place (1e-1). */
const TOLERANCE = 1e-4;
// Nothing here runs twice, so that optimising it would be most of the time.
const ONCE = { logSeverityLevel: 3, intraOpNumThreads: 1, graphOptimizationLevel: 'disabled' } as const;

const known = new WeakMap<object, Promise<number>>();

/**
 * How many channels this runtime's fastest convolutions want side by side in memory, for `trainStep`'s `block`; 1
 * where it has none, as in WebAssembly.
 *
 * It asks the runtime to reorder a small map, and then trusts the answer only if a small training step in that order has the
 * same gradient as the plain one, so that a runtime which orders things otherwise is slower and never wrong. Asked once.
 */
export function channelBlock(ort: OnnxRuntime): Promise<number> {
  let block = known.get(ort);
  if (!block) known.set(ort, (block = ask(ort)));
  return block;
}

async function ask(ort: OnnxRuntime): Promise<number> {
  try {
    const block = await orderedBy(ort);
    if (block === 1) return 1;
    for (const previousMask of [false, true]) if (!(await agrees(ort, block, previousMask))) return 1;
    return block;
  } catch {
    // No such operators in this build, or none for this processor.
    return 1;
  }
}

/** Where the second of two pixels of channel 0 lies when channels are blocked. */
async function orderedBy(ort: OnnxRuntime): Promise<number> {
  const graph = new Graph();
  const shape = [1, CHANNELS, 1, 2];
  const reordered = blockedNode(graph, 'ReorderInput', [graph.input('x', shape)], shape);
  graph.output(reordered, 'y');
  const x = Float32Array.from({ length: 2 * CHANNELS }, (_, i) => i);
  const { y } = await run(ort, graph.toModel({ name: 'order' }), { x: { data: x, shape } });
  return y.indexOf(1);
}

/** Whether a step of a small network, which has every operator, comes to the same gradient in either order. */
async function agrees(ort: OnnxRuntime, block: number, previousMask: boolean): Promise<boolean> {
  const net = unet({ width: block, levels: 1, variant: 'separable', previousMask });
  const size = 4;
  const wave = (length: number) => Float32Array.from({ length }, (_, i) => Math.sin(i * i));
  const feeds = {
    x: { data: wave(net.inputChannels * size * size), shape: [1, net.inputChannels, size, size] },
    target: { data: wave(size * size).map((v) => (v > 0 ? 1 : 0)), shape: [1, 1, size, size] },
    parameters: { data: wave(net.layout.parameterCount), shape: [net.layout.parameterCount] },
  };
  const gradient = async (of: Unet, options: { block?: number }) =>
    (await run(ort, trainStep(of, { batch: 1, size, update: 'gradient', ...options }), feeds)).gradient;
  const [plain, blocked] = [await gradient(net, {}), await gradient(net, { block })];
  const largest = plain.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  return plain.every((v, i) => Math.abs(v - blocked[i]) <= TOLERANCE * largest);
}

async function run(
  ort: OnnxRuntime,
  model: Uint8Array,
  feeds: Record<string, { data: Float32Array; shape: readonly number[] }>,
): Promise<Record<string, Float32Array>> {
  const session = await ort.InferenceSession.create(model, ONCE);
  try {
    const inputs = Object.entries(feeds).map(([name, { data, shape }]) => [
      name,
      new ort.Tensor('float32', data, shape),
    ]);
    const outputs = await session.run(Object.fromEntries(inputs));
    return Object.fromEntries(
      Object.entries(outputs).map(([name, tensor]) => [name, tensor.data as Float32Array]),
    );
  } finally {
    await session.release();
  }
}

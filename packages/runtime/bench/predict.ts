/**
 * What `predict` costs above onnxruntime's bare `session.run` of the very tensors that it ran, medians of one
 * process, the two by turns:
 *
 *     npx esbuild bench/predict.ts --bundle --platform=node --format=esm --external:onnxruntime-node --outfile=dist/bench/predict.mjs && node dist/bench/predict.mjs [rounds]
 */
import { readFileSync } from 'node:fs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { type Backend, type BackendTensor, createSegmenter, type ModelMetadataInput } from '../src/index.ts';
import { nodeBackend } from '../src/node/index.ts';
import { image } from './image.ts';

const rounds = Number(process.argv[2] ?? 40);
const data = new Uint8Array(readFileSync('../model-ct/model.onnx'));
// Predictions before the count begins: V8 compiles the loops meanwhile.
const WARM = 20;
const median = (list: readonly number[]) => [...list].sort((a, b) => a - b)[list.length >> 1];

interface Row {
  readonly name: string;
  /** Instead of what the model says of itself. */
  readonly metadata?: ModelMetadataInput;
  readonly spacing: number;
  /** Placed before the click that is dragged. */
  readonly before?: { readonly x: number; readonly y: number };
  /** Where the dragged click lies in a round. */
  readonly at: (round: number) => { x: number; y: number };
}
const still = (i: number) => ({ x: 190 + (i % 12), y: 256 });
const jumping = (i: number) => (i % 2 ? { x: 326, y: 236 } : { x: 196, y: 256 });
const onePass = { name: 'bench', previousMask: true, normalization: { method: 'z-score' } } as const;
// The session that the backend makes: run bare, it has the same threads and the same copy of the weights. A second
// session's threads would still spin, on two cores, when the first's begin.
let bare: InferenceSession | undefined;
const { create } = InferenceSession;
InferenceSession.create = async (...given: unknown[]) => {
  bare = await (create as (...given: unknown[]) => Promise<InferenceSession>).apply(InferenceSession, given);
  return bare;
};
const ROWS: readonly Row[] = [
  { name: 'model-ct, a drag of the only click', spacing: 0.7, at: still },
  { name: 'model-ct, a drag of a second click', spacing: 0.7, before: { x: 200, y: 270 }, at: still },
  { name: 'model-ct, another structure every time', spacing: 0.7, at: jumping },
  { name: 'one pass at 1.5 mm', metadata: { ...onePass, spacing: 1.5 }, spacing: 0.66, at: still },
  { name: 'one pass, image pixels', metadata: { ...onePass, spacing: 1 }, spacing: 1, at: still },
];

for (const row of ROWS) {
  const ran: BackendTensor[] = [];
  const watched: Backend = {
    name: 'watched',
    async load(bytes, options) {
      const session = await nodeBackend().load(bytes, options);
      return {
        ...session,
        run(feeds, wanted) {
          // The runtime fills the same arrays at its next prediction only: until then they can be run again.
          ran.push(...Object.values(feeds));
          return session.run(feeds, wanted);
        },
      };
    },
  };
  const segmenter = await createSegmenter({ model: { data, metadata: row.metadata }, backend: watched });
  const interaction = await segmenter.open(image, { spacing: { x: row.spacing, y: row.spacing } });
  if (row.before) interaction.add({ ...row.before, label: 'foreground' });
  const id = interaction.add({ ...row.at(0), label: 'foreground' });
  const parts = { total: [], guidance: [], inference: [], resample: [] } as Record<string, number[]>;
  const alone: number[] = [];
  for (let i = -WARM; i < (row.metadata?.spacing === 1 ? rounds / 4 : rounds); i++) {
    ran.length = 0;
    interaction.move(id, row.at(i + WARM));
    const { timings } = await interaction.predict();
    const begun = performance.now();
    for (const { data, dims } of ran) {
      await bare?.run({ input: new Tensor('float32', data, dims) }, ['probability']);
    }
    const ended = performance.now();
    if (i < 0) continue;
    alone.push(ended - begun);
    for (const key of Object.keys(parts)) parts[key].push(timings[key as keyof typeof timings]);
  }
  const ms = (n: number) => n.toFixed(2);
  const [all, net] = [median(parts['total']), median(alone)];
  const allowed = Math.max(0.03 * net, 1.5);
  const tensors = ran.map(({ dims }) => `${dims[2]} x ${dims[3]}`).join(' + ');
  const rest = `guidance ${ms(median(parts['guidance']))}, resample ${ms(median(parts['resample']))}`;
  const least = Math.min(...parts['total']) - Math.min(...alone);
  const own = median(parts['total'].map((t, i) => t - parts['inference'][i]));
  console.log(
    `| ${row.name} | ${tensors} | ${ms(net)} | ${ms(all)} | ${ms(all - net)} | ${ms(own)} | ${ms(allowed)} |`,
    `least ${ms(least)}; ${rest}`,
  );
  await segmenter.dispose();
}

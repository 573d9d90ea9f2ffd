import { createGuidance } from '@clickseg/guidance';
import { ClicksegError, describe } from '@clickseg/raster';
import type { Backend } from '../../backend.ts';
import { MODEL_METADATA_KEY, type ModelMetadata, parseMetadata } from '../../metadata.ts';
import { checkOutput, modelIo } from '../../model-io.ts';
import { readModel } from '../../onnx/read-model.ts';

/** What one look at a model's answers tells. */
export interface ModelCheck {
  readonly input: string;
  readonly output: string;
  /** Of the input. */
  readonly channels: 3 | 4;
  /** `[h, w]` of the run. */
  readonly size: readonly [number, number];
  /** Smallest and largest value that it gave. */
  readonly range: readonly [number, number];
  /** What those values can only be, or most likely are. */
  readonly looksLike: ModelMetadata['output'];
  /** What will not work, each a sentence; none where all is well. */
  readonly problems: readonly string[];
}

/**
 * Runs a model on a made-up image (a bright disc, clicked in its middle) and looks at what comes out: its shape, and
 * whether its values are probabilities or logits.
 *
 * @throws ClicksegError `invalid-model`, `backend-failed` where it cannot be read or run at all; `invalid-option`
 */
export async function checkModel(bytes: Uint8Array, backend: Backend): Promise<ModelCheck> {
  if (typeof backend?.load !== 'function') {
    throw new ClicksegError('invalid-option', `checkModel: backend ${describe(backend)} has no load()`);
  }
  const info = readModel(bytes);
  const own = info.properties[MODEL_METADATA_KEY];
  const metadata = own === undefined ? undefined : parseMetadata(own);
  const assumed = metadata ?? parseMetadata({ name: 'unknown', spacing: 1 });
  const io = modelIo(info, assumed);
  const side = 4 * assumed.sizeMultiple;
  const size = [io.fixed[0] ?? side, io.fixed[1] ?? side] as const;

  const session = await backend.load(bytes, {});
  let values: Float32Array;
  try {
    const feed = {
      type: 'float32',
      data: madeUp(size, io.channels, assumed),
      dims: [1, io.channels, ...size],
    } as const;
    const result = await session.run({ [io.input]: feed }, { outputs: [io.output] });
    values = checkOutput(result[io.output], io.output, ...size).slice();
  } catch (cause) {
    // What failed first is what must be known.
    await session.dispose().catch(() => undefined);
    const why = `${size.join(' x ')}: the run failed: ${String(cause)}`;
    throw new ClicksegError('backend-failed', why, { cause });
  }
  await session.dispose();
  const range = extremes(values);
  const looksLike = range[0] < -1e-3 || range[1] > 1 + 1e-3 ? 'logits' : 'probability';
  const problems: string[] = [];
  if (!range.every(Number.isFinite)) problems.push(`it answers ${range.join(' to ')}, which are no numbers`);
  if (!metadata) problems.push('it does not describe itself; run `clickseg-model attach`');
  else if (metadata.output !== looksLike) {
    const hint =
      looksLike === 'logits' ? 'attach it with --output logits' : 'a sigmoid would be applied twice';
    problems.push(`its description says ${metadata.output}, its values look like ${looksLike}: ${hint}`);
  }
  const { input, output, channels } = io;
  return { input, output, channels, size, range, looksLike, problems };
}

/** A disc brighter than what lies around it by two deviations, and a first click in its middle. */
function madeUp(
  [h, w]: readonly [number, number],
  channels: number,
  { sigma, kernel }: ModelMetadata,
): Float32Array {
  const input = new Float32Array(channels * h * w);
  const [cy, cx, r] = [Math.floor(h / 2), Math.floor(w / 2), Math.min(h, w) / 4];
  for (let i = 0; i < h * w; i++) {
    input[i] = Math.hypot(Math.floor(i / w) - cy, (i % w) - cx) < r ? 1.5 : -0.5;
  }
  const guidance = createGuidance({ shape: [h, w], sigma, kernel });
  guidance.add({ x: cx, y: cy, label: 'foreground' });
  input.set(guidance.maps.data, h * w);
  return input;
}

function extremes(values: Float32Array): [number, number] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const v of values) {
    if (Number.isNaN(v)) return [v, v];
    if (v < least) least = v;
    if (v > most) most = v;
  }
  return [least, most];
}

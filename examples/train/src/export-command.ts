import { ClicksegError, withDefaults } from '@clickseg/raster';
import type { ModelMetadata } from '@clickseg/runtime';
import {
  exportModel,
  parameterCountOf,
  readCheckpoint,
  type Unet,
  type UnetOptions,
  unet,
} from '@clickseg/train';
import { checkWord } from './check-word.ts';
import { readFit } from './fit.ts';
import { modelProperties } from './model-properties.ts';
import { naming } from './naming.ts';
import { MODEL_CT, MODEL_CT_METADATA, STAGES } from './recipe.ts';
import { checkpointOf, checkpointPath } from './run-folder.ts';
import { checkWritable, writeWhole } from './write-whole.ts';

export interface ExportCommand {
  readonly run: string;
  readonly out: string;
  /** Channels of the network's first block, where no `fit.json` says so. */
  readonly width?: number;
  /** Its poolings, likewise. */
  readonly levels?: number;
  readonly name?: string;
  readonly version?: string;
}

/**
 * Writes the model of a run's newest checkpoint, while the run goes on or after it was stopped. A run of `fit` says itself what
 * its model is; any other is one of model-ct's kind.
 *
 * @throws ClicksegError `invalid-option` where there is no checkpoint; `invalid-file`, `invalid-checkpoint` or `not-finite`, naming the file
 */
export async function exportCommand({
  run,
  out,
  width,
  levels,
  name,
  version,
}: ExportCommand): Promise<void> {
  checkWord('--name', name);
  checkWord('--version', version);
  await checkWritable(out);
  const own = await readFit(run);
  const size = own ?? withDefaults(MODEL_CT, { width, levels });
  const metadata: ModelMetadata = {
    ...(own?.metadata ?? MODEL_CT_METADATA),
    ...(name && { name }),
    ...(version && { version }),
  };
  for (let stage = STAGES.length; stage > 0; stage--) {
    const bytes = await checkpointOf(run, stage).load();
    if (!bytes) continue;
    const { net, step, state, averaged } = await naming(
      checkpointPath(run, stage),
      'invalid-checkpoint',
      () => {
        const net = networkIn(bytes, size);
        return { net, ...readCheckpoint(bytes, net) };
      },
      own
        ? 'remove it and train again'
        : 'name its network with --width and --levels, or remove it and train again',
    );
    const model = await naming(checkpointPath(run, stage), 'not-finite', () =>
      exportModel(net, averaged ?? state, modelProperties(metadata, net)),
    );
    await writeWhole(out, model);
    console.log(`wrote ${out}: ${metadata.name} ${metadata.version}, stage ${stage}, step ${step}`);
    return;
  }
  throw new ClicksegError('invalid-option', `export: ${run} holds no checkpoint`);
}

/** The network of a checkpoint: its number of parameters says whether it reads the previous mask, whoever trained it. */
function networkIn(checkpoint: Uint8Array, size: UnetOptions): Unet {
  const count = parameterCountOf(checkpoint);
  const nets = [false, true].map((previousMask) => unet({ ...size, previousMask }));
  // Where neither fits, reading it says so.
  return nets.find(({ layout }) => layout.parameterCount === count) ?? nets[0];
}

import { ClicksegError } from '@clickseg/raster';
import { MODEL_METADATA_KEY, type ModelMetadata } from '@clickseg/runtime';
import { exportModel, readCheckpoint, unet } from '@clickseg/train';
import { readFit } from './fit.ts';
import { MODEL_CT, MODEL_CT_METADATA, STAGES } from './recipe.ts';
import { checkpointOf } from './run-folder.ts';
import { checkWritable, writeWhole } from './write-whole.ts';

export interface ExportCommand {
  readonly run: string;
  readonly out: string;
  /** Channels of the network's first block, where no `fit.json` says so. */
  readonly width?: number;
  readonly name?: string;
  readonly version?: string;
}

/**
 * Writes the model of a run's newest checkpoint, while the run goes on or after it was stopped. A run of `fit` says itself what
 * its model is; any other is one of model-ct's kind.
 */
export async function exportCommand({ run, out, width, name, version }: ExportCommand): Promise<void> {
  await checkWritable(out);
  const own = await readFit(run);
  const net = unet(own ?? { ...MODEL_CT, ...(width && { width }) });
  const metadata: ModelMetadata = {
    ...(own?.metadata ?? MODEL_CT_METADATA),
    ...(name && { name }),
    ...(version && { version }),
  };
  for (let stage = STAGES.length; stage > 0; stage--) {
    const bytes = await checkpointOf(run, stage).load();
    if (!bytes) continue;
    const { step, state, averaged } = readCheckpoint(bytes, net);
    const properties = { [MODEL_METADATA_KEY]: JSON.stringify(metadata) };
    await writeWhole(out, exportModel(net, averaged ?? state, properties));
    console.log(`wrote ${out}: ${metadata.name} ${metadata.version}, stage ${stage}, step ${step}`);
    return;
  }
  throw new ClicksegError('invalid-option', `export: ${run} holds no checkpoint`);
}

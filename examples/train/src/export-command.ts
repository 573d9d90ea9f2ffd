import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClicksegError } from '@clickseg/raster';
import { MODEL_METADATA_KEY } from '@clickseg/runtime';
import { exportModel, readCheckpoint, unet } from '@clickseg/train';
import { MODEL_CT, MODEL_CT_METADATA, STAGES } from './recipe.ts';
import { ifMissing } from './run-folder.ts';
import { writeWhole } from './write-whole.ts';

export interface ExportCommand {
  readonly run: string;
  readonly out: string;
  /** Channels of the network's first block. */
  readonly width: number;
}

/** Writes the model of a run's newest checkpoint, while the run goes on or after it was stopped. */
export async function exportCommand({ run, out, width }: ExportCommand): Promise<void> {
  const net = unet({ ...MODEL_CT, width });
  for (let stage = STAGES.length; stage > 0; stage--) {
    const bytes = await readFile(join(run, `checkpoint-${stage}.bin`)).catch(ifMissing(undefined));
    if (!bytes) continue;
    const { step, state, averaged } = readCheckpoint(new Uint8Array(bytes), net);
    const metadata = { [MODEL_METADATA_KEY]: JSON.stringify(MODEL_CT_METADATA) };
    await writeWhole(out, exportModel(net, averaged ?? state, metadata));
    console.log(`wrote ${out}: stage ${stage}, step ${step}`);
    return;
  }
  throw new ClicksegError('invalid-option', `export: ${run} holds no checkpoint`);
}

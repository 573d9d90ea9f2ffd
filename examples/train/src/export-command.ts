import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClicksegError } from '@clickseg/raster';
import { MODEL_METADATA_KEY } from '@clickseg/runtime';
import { exportModel, readCheckpoint } from '@clickseg/train';
import { MODEL_CT_METADATA, networkOf, STAGES } from './recipe.ts';

export interface ExportCommand {
  readonly run: string;
  readonly out: string;
}

/** Writes the model of a run's newest checkpoint, while the run goes on or after it was stopped. */
export async function exportCommand({ run, out }: ExportCommand): Promise<void> {
  for (let stage = STAGES.length; stage > 0; stage--) {
    const bytes = await readFile(join(run, `checkpoint-${stage}.bin`)).catch(() => undefined);
    if (!bytes) continue;
    const net = networkOf(STAGES[stage - 1]);
    const { step, state, averaged } = readCheckpoint(new Uint8Array(bytes), net);
    const metadata = { [MODEL_METADATA_KEY]: JSON.stringify(MODEL_CT_METADATA) };
    await writeFile(out, exportModel(net, averaged ?? state, metadata));
    console.log(`wrote ${out}: stage ${stage}, step ${step}`);
    return;
  }
  throw new ClicksegError('invalid-option', `export: ${run} holds no checkpoint`);
}

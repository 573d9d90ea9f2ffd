import { readFile } from 'node:fs/promises';
import { loadIndex } from '@clickseg/example-dataset/node';
import { ClicksegError } from '@clickseg/raster';
import type { LabelledSlice } from '@clickseg/train';
import { dataFolder } from './data-folder.ts';
import { loadSlices } from './load-slices.ts';
import { unpackSlices } from './packed-slices.ts';
import { MODEL_CT, MODEL_CT_METADATA } from './recipe.ts';

/** What model-ct is trained on: the train split of a data folder, or what `pack` made of it. */
export async function trainingSlices(
  command: string,
  { data, slices }: { readonly data?: string; readonly slices?: string },
): Promise<LabelledSlice[]> {
  if (slices !== undefined) {
    const bytes = await readFile(slices).catch((cause: Error) => {
      throw new ClicksegError('invalid-file', `slices ${slices}: ${cause.message}`, { cause });
    });
    return unpackSlices(new Uint8Array(bytes));
  }
  const cases = loadIndex(dataFolder(command, data)).filter((c) => c.split === 'train');
  return loadSlices(cases, { ...MODEL_CT, metadata: MODEL_CT_METADATA });
}

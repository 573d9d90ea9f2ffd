import { readBytes } from '@clickseg/example-dataset/node';
import { ClicksegError } from '@clickseg/raster';
import type { LabelledSlice } from '@clickseg/train';
import { casesOf, dataFolder } from './data-folder.ts';
import { loadSlices } from './load-slices.ts';
import { unpackSlices } from './packed-slices.ts';
import { MODEL_CT, MODEL_CT_METADATA } from './recipe.ts';

/**
 * What a network of model-ct's kind is trained on: the train split of a data folder's index, or all of a folder without one, or
 * what `pack` made of either.
 *
 * @throws ClicksegError `invalid-option` where both are named, or neither and none is found; `invalid-file`
 */
export async function trainingSlices(
  command: string,
  { data, slices }: { readonly data?: string; readonly slices?: string },
): Promise<LabelledSlice[]> {
  if (slices !== undefined && data !== undefined) {
    const why = 'each says what to train on: name one';
    throw new ClicksegError('invalid-option', `${command}: --slices ${slices} and --data ${data}: ${why}`);
  }
  if (slices !== undefined) return unpackSlices(await readBytes('slices', slices));
  const folder = dataFolder(command, data);
  const cases = await casesOf(folder, 'train');
  if (cases.length === 0) {
    throw new ClicksegError(
      'invalid-file',
      `${command}: ${folder}: its index.json has no case of split 'train'`,
    );
  }
  return loadSlices(cases, { ...MODEL_CT, metadata: MODEL_CT_METADATA });
}

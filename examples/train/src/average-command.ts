import { ClicksegError } from '@clickseg/raster';
import { averageModels, readsPreviousMask } from '@clickseg/train';
import { readModelBytes } from './base-model.ts';
import { naming } from './naming.ts';
import { checkWritable, writeWhole } from './write-whole.ts';

export interface AverageCommand {
  readonly models: readonly string[];
  readonly out: string;
}

/** Writes one model with the mean of several's weights; its metadata are the first's. */
export async function averageCommand({ models, out }: AverageCommand): Promise<void> {
  if (models.length < 2) {
    throw new ClicksegError('invalid-option', `average: --models ${models} is not two files or more`);
  }
  await checkWritable(out);
  const read = await Promise.all(models.map(readModelBytes));
  // What is no model is told by its path, not by its place in the list.
  for (const [i, path] of models.entries())
    await naming(path, 'invalid-model', () => readsPreviousMask(read[i]));
  const bytes = averageModels(read);
  await writeWhole(out, bytes);
  console.log(`wrote ${out}: the mean of ${models.length} models`);
}

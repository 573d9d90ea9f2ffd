import { checkSplit, type DatasetCase, type LabelledCase, loadFolder } from '@clickseg/example-dataset/node';

/** What stands for every split of an index. */
const ALL = 'all';

/**
 * The cases of a folder that training may see: of an index its split 'train', as what else it has is kept to measure on, or all of one
 * that has no such split; of a folder without an index all.
 *
 * @param split - names of other splits, separated by commas, or 'all'
 * @throws ClicksegError `invalid-option` for a split of a folder without an index; `invalid-file` for one that its index has not
 */
export function takenCases(folder: string, split?: string): (LabelledCase & Partial<DatasetCase>)[] {
  checkSplit(folder, split);
  const all: (LabelledCase & Partial<DatasetCase>)[] = loadFolder(folder);
  if (split === ALL) return all;
  const train = all.filter((entry) => entry.split === 'train');
  if (split === undefined) return train.length > 0 ? train : all;
  const names = split.split(',').map((name) => name.trim());
  // Each has cases, or is refused.
  for (const name of names) loadFolder(folder, { split: name });
  return all.filter((entry) => names.includes(entry.split ?? ''));
}

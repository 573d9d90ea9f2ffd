import { type DatasetCase, findDataFolder, hasIndex, loadIndex } from '@clickseg/example-dataset/node';
import { ClicksegError } from '@clickseg/raster';
import { openFolder } from './open-folder.ts';

/** The data folder of a command, named or found. @throws ClicksegError `invalid-option` where there is none */
export function dataFolder(command: string, data?: string): string {
  const folder = data ?? findDataFolder(process.cwd());
  if (folder) return folder;
  const why = 'no data folder; name one with --data or CLICKSEG_DATA';
  throw new ClicksegError('invalid-option', `${command}: ${why}`);
}

/**
 * The cases of a split: as its index lists them, unopened, for they may be hundreds of scans; or all of a folder without an
 * index, which knows no splits.
 *
 * @param mostId - the largest id of a label map that is opened here; training's where not given
 */
export async function casesOf(
  folder: string,
  split: string,
  mostId?: number,
): Promise<readonly DatasetCase[]> {
  if (hasIndex(folder)) return loadIndex(folder).filter((c) => c.split === split);
  return openFolder(folder, { mostId });
}

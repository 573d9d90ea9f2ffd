import { findDataFolder } from '@clickseg/example-dataset/node';
import { ClicksegError } from '@clickseg/raster';

/** The data folder of a command, named or found. @throws ClicksegError `invalid-option` where there is none */
export function dataFolder(command: string, data?: string): string {
  const folder = data ?? findDataFolder(process.cwd());
  if (folder) return folder;
  const why = 'no data folder; name one with --data or CLICKSEG_DATA';
  throw new ClicksegError('invalid-option', `${command}: ${why}`);
}

import { ClicksegError } from '@clickseg/raster';

/** @throws ClicksegError `invalid-option` for text that names nothing */
export function checkWord(option: string, text: string | undefined): void {
  if (text === undefined || text.trim() !== '') return;
  throw new ClicksegError('invalid-option', `${option} ${JSON.stringify(text)} is empty`);
}

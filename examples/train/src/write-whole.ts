import { rename, writeFile } from 'node:fs/promises';

/** Writes beside the file and renames: who finds it finds all of it. */
export async function writeWhole(path: string, data: string | Uint8Array): Promise<void> {
  await writeFile(`${path}.new`, data);
  await rename(`${path}.new`, path);
}

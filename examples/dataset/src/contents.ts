import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/**
 * SHA-256 of files' bytes and of the words beside them, wherever the files lie. One that cannot be read counts as such:
 * once it can be, the contents are others.
 */
export async function contentsOf(paths: readonly string[], words: unknown): Promise<string> {
  const all = createHash('sha256').update(JSON.stringify(words) ?? '');
  for (const path of paths) {
    const file = createHash('sha256');
    try {
      for await (const bytes of createReadStream(path)) file.update(bytes as Uint8Array);
      all.update(file.digest());
    } catch {
      all.update('unreadable');
    }
  }
  return all.digest('hex');
}

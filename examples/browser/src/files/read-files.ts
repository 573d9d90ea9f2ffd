import { ClicksegError } from '@clickseg/raster';
import { namedBytes } from './named-bytes.ts';
import { type ReadImage, readImage } from './read-image.ts';
import type { ReadAnswer, ReadRequest } from './read-worker.ts';

/**
 * Reads files in a worker; in the page where workers are forbidden.
 * @throws ClicksegError `invalid-file`
 */
export async function readFiles(files: readonly File[]): Promise<ReadImage> {
  const answer = await askWorker(files).catch(() => undefined);
  if (answer === undefined) {
    return readImage(await namedBytes(files));
  }
  if ('image' in answer) return answer.image;
  throw new ClicksegError('invalid-file', answer.message);
}

function askWorker(files: readonly File[]): Promise<ReadAnswer> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./read-worker.ts', import.meta.url), { type: 'module' });
    const end = (settle: () => void) => {
      worker.terminate();
      settle();
    };
    worker.onmessage = ({ data }: MessageEvent<ReadAnswer>) => end(() => resolve(data));
    worker.onerror = (event) => end(() => reject(new Error(event.message || 'the worker did not start')));
    worker.postMessage({ files } satisfies ReadRequest);
  });
}

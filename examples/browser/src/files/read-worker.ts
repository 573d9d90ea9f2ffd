import { isClicksegError } from '@clickseg/raster';
import { namedBytes } from './named-bytes.ts';
import { type ReadImage, readImage } from './read-image.ts';

/** What the page asks. */
export interface ReadRequest {
  readonly files: readonly File[];
}

/** What it is told: the image, or what was wrong. Errors lose their class between threads. */
export type ReadAnswer = { readonly image: ReadImage } | { readonly code?: string; readonly message: string };

// Reading 600 slices takes seconds, which the page need not wait for.
self.addEventListener('message', async ({ data }: MessageEvent<ReadRequest>) => {
  try {
    const image = await readImage(await namedBytes(data.files));
    self.postMessage({ image } satisfies ReadAnswer, { transfer: [image.volume.data.buffer as ArrayBuffer] });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    self.postMessage({ code: isClicksegError(error) ? error.code : undefined, message } satisfies ReadAnswer);
  }
});

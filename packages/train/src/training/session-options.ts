import { ClicksegError } from '@clickseg/raster';

/** More threads than any machine has only cost time and memory. */
const MOST_THREADS = 1024;

/** @throws ClicksegError `invalid-option` */
export function checkThreads(threads: number | undefined): void {
  if (threads === undefined || (Number.isInteger(threads) && threads >= 1 && threads <= MOST_THREADS)) return;
  const why = `is not a whole number from 1 to ${MOST_THREADS}`;
  throw new ClicksegError('invalid-option', `threads ${threads} ${why}`);
}

/**
 * How every session here runs.
 *
 * onnxruntime's memory pattern, on by default, takes one block for all values of a run once it has seen the first, beside the
 * arena that grew in that first run: a step of 16 images of 128 x 128 then peaks at 1.35 GB instead of 0.76, and is not faster.
 *
 * @throws ClicksegError `invalid-option` for threads that no machine has
 */
export function sessionOptions(threads: number | undefined) {
  checkThreads(threads);
  return {
    // onnxruntime-node refuses the option as undefined.
    ...(threads !== undefined && { intraOpNumThreads: threads }),
    logSeverityLevel: 3,
    enableMemPattern: false,
  } as const;
}

/**
 * Settles as the work does, or rejects with the signal's reason as soon as it is aborted: for work that cannot be stopped itself.
 * Whatever the work makes of the abort, an error of its own included, comes too late.
 */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal?.reason);
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop);
    const leave = () => signal?.removeEventListener('abort', stop);
    work.then(resolve, reject).then(leave);
  });
}

/**
 * Runs asynchronous work one piece at a time, in the order asked for. onnxruntime fails or
 * dead-locks where sessions are created side by side.
 */
export function createSerial(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
}

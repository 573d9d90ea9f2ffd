import { ClicksegError, type ClicksegErrorCode, isClicksegError } from '@clickseg/raster';

/**
 * Puts the path of the file that a fault is of before it: who reads bytes does not know where they came from.
 * @param remedy - what can be done about it
 */
export async function naming<R>(
  path: string,
  code: ClicksegErrorCode,
  body: () => R | Promise<R>,
  remedy?: string,
): Promise<R> {
  try {
    return await body();
  } catch (cause) {
    if (!isClicksegError(cause, code)) throw cause;
    const what = remedy === undefined ? cause.message : `${cause.message}; ${remedy}`;
    throw new ClicksegError(code, `${path}: ${what}`, { cause });
  }
}

/** Puts where a fault lies before it, a case or a slice of one, whatever its code. */
export async function locating<R>(where: string, body: () => R | Promise<R>): Promise<R> {
  try {
    return await body();
  } catch (cause) {
    if (!isClicksegError(cause)) throw cause;
    throw new ClicksegError(cause.code, `${where}: ${cause.message}`, { cause });
  }
}

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** Whether a write failed because there is no space for it. */
export const isDiskFull = (error: unknown): boolean =>
  FULL.has((error as NodeJS.ErrnoException | undefined)?.code ?? '');

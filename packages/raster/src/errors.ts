/** What went wrong, as a word that code can switch on. The message carries the offending value. */
export type ClicksegErrorCode =
  | 'invalid-array'
  | 'invalid-shape'
  | 'shape-mismatch'
  | 'invalid-spacing'
  | 'invalid-point'
  | 'invalid-option'
  | 'not-finite'
  | 'too-large'
  | 'empty-mask'
  | 'invalid-model'
  | 'backend-failed'
  | 'download-failed'
  | 'disposed'
  | 'unknown-click'
  | 'invalid-file'
  | 'invalid-checkpoint';

// A registered symbol, so that the guard also knows errors of another copy of this package (ESM beside CJS).
const BRAND = Symbol.for('@clickseg/error');

/**
 * The one error class of every clickseg package.
 *
 * `code` says what kind of fault it is, `message` carries the value that was refused, and `cause`
 * keeps the underlying error where there is one. Aborted work does not end in this error: it rejects
 * with the signal's own reason.
 */
export class ClicksegError extends Error {
  override readonly name = 'ClicksegError';
  readonly code: ClicksegErrorCode;

  constructor(code: ClicksegErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/** True for a {@link ClicksegError}, of the given code if one is named; works across package copies. */
export function isClicksegError(error: unknown, code?: ClicksegErrorCode): error is ClicksegError {
  if (typeof error !== 'object' || error === null || !(BRAND in error)) return false;
  return code === undefined || (error as unknown as ClicksegError).code === code;
}

/** Which part of a call to a model server failed. */
export type RemoteFaultKind = 'network' | 'timeout' | 'status' | 'answer';

/**
 * The `cause` of every ClicksegError of this entry that a server brought about, for code that wants to tell a
 * refused token (`status` 401) from a server that is gone.
 */
export class RemoteFault extends Error {
  override readonly name = 'RemoteFault';
  /**
   * `network`: no answer, or a torn one; `timeout`: none in time; `status`: an HTTP error;
   * `answer`: an answer that is not the protocol's.
   */
  readonly kind: RemoteFaultKind;
  /** The HTTP status, where there was one. */
  readonly status: number | undefined;
  /** How long the server asked to be left alone, in ms. */
  readonly retryAfter: number | undefined;

  constructor(
    kind: RemoteFaultKind,
    message: string,
    options: { status?: number; retryAfter?: number; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.status = options.status;
    this.retryAfter = options.retryAfter;
  }
}

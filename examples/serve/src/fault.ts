/** An error that the client is told, as Triton tells it: a status and `{ "error": text }`. */
export class ServeFault extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Why the server does not start: whoever started it is told this line, without a stack. */
export class StartFault extends Error {}

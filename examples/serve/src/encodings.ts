// Names of codings are compared without regard to case (RFC 9110, 8.4.1), and x-gzip is gzip's old name.

/** Whether a request's `content-encoding` says gzip. */
export function isGzip(coding: string): boolean {
  return ['gzip', 'x-gzip'].includes(coding.trim().toLowerCase());
}

/** Whether a client's `accept-encoding` names gzip, and not with `q=0`, which refuses it. */
export function takesGzip(accepted = ''): boolean {
  return accepted.split(',').some((each) => {
    const [coding, ...parameters] = each.split(';');
    return isGzip(coding) && !parameters.some((one) => /^\s*q=0(\.0*)?\s*$/i.test(one));
  });
}

/** Takes a token out of what a server, or a proxy before it, said: it may repeat what it was sent. */
export type Redact = (text: string) => string;

/**
 * For one token, also as JSON may write it: any of its letters may be escaped there. What is to be shortened is redacted
 * first, or a piece of the token could be left over.
 */
export function createRedact(token: string | undefined): Redact {
  if (token === undefined) return (text) => text;
  const letters = Array.from(token, (letter) => {
    const code = letter.charCodeAt(0).toString(16);
    return `(?:\\\\?\\x${code}|\\\\u00(?:${code}|${code.toUpperCase()}))`;
  });
  const written = new RegExp(letters.join(''), 'g');
  return (text) => text.replace(written, '[token]');
}

/** Whether an error, or one that it was made from, shows the token. */
export function shows(error: unknown, redact: Redact, depth = 0): boolean {
  if (!(error instanceof Error)) return typeof error === 'string' && redact(error) !== error;
  const { message, stack = '', cause } = error;
  const texts = `${message}\n${stack}`;
  const inner = [cause, ...(error instanceof AggregateError ? error.errors : [])];
  // A chain may go in a circle; what lies this deep is not handed on.
  return redact(texts) !== texts || depth > 8 || inner.some((each) => shows(each, redact, depth + 1));
}

/** Characters, or bytes, of which the beginning is shown: more than a token has, and less than a tensor in JSON. */
export const LONGEST_SHOWN = 64 * 2 ** 10;

/** The beginning of a value of an answer, as JSON. */
export function show(value: unknown, redact: Redact): string {
  return redact((JSON.stringify(value) ?? String(value)).slice(0, LONGEST_SHOWN)).slice(0, 120);
}

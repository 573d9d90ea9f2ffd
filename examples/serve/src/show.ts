// Characters; a client may send 17 MB of them.
const MOST = 120;

/** What a client has sent, as errors show it: text as it is, all else as JSON, and of what is long its beginning. */
export function show(value: unknown): string {
  const text = typeof value === 'string' ? value : toJson(value);
  return text.length > MOST ? `${text.slice(0, MOST)}…` : text;
}

function toJson(value: unknown): string {
  try {
    return String(JSON.stringify(value));
  } catch {
    return 'too deep to be shown';
  }
}

let life = new AbortController();

/** Aborted once another scan takes the place of the one that is open. */
export const scanLife = (): AbortSignal => life.signal;

/** Ends the life of the scan that is open, and of what works for it; the first step of opening another. */
export function renewLife(): void {
  const ended = life;
  life = new AbortController();
  ended.abort();
}

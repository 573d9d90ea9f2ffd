/**
 * Makes a function that loads at its first call and answers with the same from then on; after a load that failed, such as a
 * download without a network, the next call tries again.
 */
export function loadOnce<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () =>
    (loading ??= load().catch((error) => {
      loading = undefined;
      throw error;
    }));
}

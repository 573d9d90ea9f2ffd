/** Lets so many pieces of work run at once; others wait, and start in the order in which they came. */
export function atMost(most: number) {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      // Whoever has waited takes the place over.
      if (next === undefined) running--;
      else next();
    }
  };
}

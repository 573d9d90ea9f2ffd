/** Strings as small whole numbers, in order of first appearance. */
export interface Interner {
  readonly names: readonly string[];
  of(name: string): number;
}

export function createInterner(): Interner {
  const names: string[] = [];
  const numbers = new Map<string, number>();
  return {
    names,
    of(name) {
      let n = numbers.get(name);
      if (n === undefined) {
        n = names.length;
        names.push(name);
        numbers.set(name, n);
      }
      return n;
    },
  };
}

import { InvalidArgumentError } from 'commander';

/** Reads a whole number of the command line. */
export function whole(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`It is no whole number from ${least}.`);
  };
}

/** Reads a number above 0 of the command line. */
export function above0(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('It is no number above 0.');
}

/** Reads whole numbers, separated by commas, each once. */
export function wholeList(least: number): (text: string) => number[] {
  const read = whole(least);
  return (text) => {
    const list = text.split(',').map(read);
    if (new Set(list).size === list.length) return list;
    throw new InvalidArgumentError('A number is there twice.');
  };
}

import { InvalidArgumentError } from 'commander';

/** Reads a whole number of the command line. */
export function whole(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`It is no whole number from ${least}.`);
  };
}

/** Reads a number of seconds that is not too short. */
export function seconds(least: number): (text: string) => number {
  return (text) => {
    const value = above0(text);
    if (value >= least) return value;
    throw new InvalidArgumentError(`It is less than ${least}.`);
  };
}

/** Reads words of the command line that say something. */
export function words(text: string): string {
  if (text.trim() !== '') return text;
  throw new InvalidArgumentError('It has no words.');
}

/** Reads a number above 0 of the command line. */
export function above0(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('It is no number above 0.');
}

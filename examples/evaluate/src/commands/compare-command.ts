import { join } from 'node:path';
import { pairUp } from '../compare/pairs.ts';
import { writeComparison } from '../compare/write-comparison.ts';
import { readHeader } from '../run/read-records.ts';
import { recordFiles } from './common.ts';

export interface CompareOptions {
  readonly a?: string;
  readonly b?: string;
  readonly out: string;
}

/** Compares two runs, or two methods of one: paired tests and a difference plot. */
export async function compareCommand(
  first: string,
  second: string | undefined,
  options: CompareOptions,
): Promise<void> {
  const a = recordFiles([first]);
  const b = second === undefined ? a : recordFiles([second]);
  // Of one run, the second side is its second method.
  const methodB = options.b ?? (second === undefined ? readHeader(a[0]).about.methods[1] : undefined);
  const found = pairUp({ files: a, method: options.a }, { files: b, method: methodB });
  await writeComparison(options.out, found, readHeader(a[0]).about.settings['seed'] as number);
  console.error(`${found.pairs.length} pairs; ${join(options.out, 'comparison.html')}`);
}

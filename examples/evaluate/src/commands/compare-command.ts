import { join } from 'node:path';
import { pairUp } from '../compare/pairs.ts';
import { unfinishedWords, writeComparison } from '../compare/write-comparison.ts';
import { checkFolder } from '../run/make-folder.ts';
import { readHeader } from '../run/read-records.ts';
import { recordFiles } from './common.ts';
import { EXIT } from './exit.ts';

export interface CompareOptions {
  readonly a?: string;
  readonly b?: string;
  readonly out: string;
}

/** Compares two runs, or two methods of one: paired tests and a difference plot. Returns the exit code. */
export async function compareCommand(
  first: string,
  second: string | undefined,
  options: CompareOptions,
): Promise<number> {
  const a = recordFiles([first]);
  const b = second === undefined ? a : recordFiles([second]);
  // Of one run, the second side is its second method.
  const methodB = options.b ?? (second === undefined ? readHeader(a[0]).about.methods[1] : undefined);
  await checkFolder(options.out, 'compare: --out');
  const found = pairUp({ files: a, method: options.a }, { files: b, method: methodB });
  await writeComparison(options.out, found);
  console.error(`${found.pairs.length} pairs; ${join(options.out, 'comparison.html')}`);
  const halves = unfinishedWords(found);
  for (const words of halves) console.error(words);
  return halves.length > 0 ? EXIT.incomplete : EXIT.complete;
}

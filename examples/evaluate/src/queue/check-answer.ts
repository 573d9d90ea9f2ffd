import type { Chunk } from '../catalogue.ts';
import { faultOf, misfitOf } from '../run/check-line.ts';
import type { RecordHeader, RecordLine } from '../run/record.ts';

/** What is wrong with the lines that a worker answered for a chunk; undefined where nothing is. */
export function faultOfAnswer(lines: unknown, { entry }: Chunk, header: RecordHeader): string | undefined {
  if (!Array.isArray(lines)) return 'it is no list of lines';
  for (const [at, line] of lines.entries()) {
    const fault = faultOf(line) ?? misfitOf(line, header) ?? strayOf(line, entry);
    if (fault !== undefined) return `line ${at + 1}: ${fault}`;
  }
  return undefined;
}

/** That a sound line is not of the chunk's image. */
function strayOf(
  line: RecordLine,
  { case: image, group }: { readonly case: string; readonly group: string },
): string | undefined {
  if ('format' in line || 'finished' in line) return 'it is no record of a structure';
  const of = 'leftOut' in line ? line.leftOut : line;
  return of.image === image && of.group === group ? undefined : `it is of ${of.image}, not of ${image}`;
}

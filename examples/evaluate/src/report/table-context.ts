import type { Measures } from '../tally/measures.ts';
import type { Tally } from '../tally/tally.ts';
import type { Roles } from './roles.ts';

/** What tables and figures are made from. */
export interface TableContext {
  readonly tally: Tally;
  readonly measures: Measures;
  readonly methods: readonly string[];
  readonly roles: Roles;
}

export const INTERVAL =
  'Mean over structures on slices; in brackets the 95 % interval from drawing patients (none for a single patient).';

/** Groups that have records, by name. */
export const groupsOf = (tally: Tally): string[] => [...new Set(tally.cells.map((c) => c.group))].sort();

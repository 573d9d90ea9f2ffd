import { COVERAGE, LEAST_PATIENTS } from '../tally/estimate.ts';
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

const [[few, ofFew], ...more] = COVERAGE;

/** What the intervals are and how far they can be trusted. */
export const INTERVAL_WORDS = `the 95 % interval from drawing patients (n/a below ${LEAST_PATIENTS} patients; of few it is too narrow and holds the true mean at best in about ${ofFew} of 100 cases with ${few}, ${more.map(([n, of]) => `${of} with ${n}`).join(', ')}: that often of normally distributed patients with equally many slices)`;

export const INTERVAL = `Mean over structures on slices; in brackets ${INTERVAL_WORDS}.`;

/** The same in short, of a figure's lines or band. */
export const INTERVAL_DRAWN = `95 % interval from drawing patients, none below ${LEAST_PATIENTS} of them`;

/** How the unit is called: one structure on one slice. */
export const STRUCTURES = 'structures on slices';

/** Groups that have records, by name. */
export const groupsOf = (tally: Tally): string[] => [...new Set(tally.cells.map((c) => c.group))].sort();

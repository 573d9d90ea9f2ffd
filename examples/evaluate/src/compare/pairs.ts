import { ClicksegError } from '@clickseg/raster';
import { readHeader, readRecords } from '../run/read-records.ts';
import type { InteractionRecord } from '../run/record.ts';

/** One side of a comparison: a method of a run. */
export interface Side {
  readonly files: readonly string[];
  /** Default: the run's first. */
  readonly method?: string;
}

/** Scores of one structure under both sides. */
export interface Pair {
  readonly group: string;
  readonly patient: string;
  readonly a: Scores;
  readonly b: Scores;
}

/** At the common clicks, in their order. */
export interface Scores {
  readonly dice: readonly number[];
  readonly hausdorff: readonly (number | null)[];
  readonly meanDistance: readonly (number | null)[];
}

export interface Pairs {
  readonly names: readonly [string, string];
  readonly runs: readonly [string, string];
  /** After which both sides were measured. */
  readonly clicks: readonly number[];
  readonly pairs: readonly Pair[];
  /** Structures that only one side has. */
  readonly unpaired: number;
}

/**
 * Pairs two methods, or two runs, structure by structure.
 * @throws ClicksegError `invalid-option` for a method that a run has not, runs of other seeds, nothing in common
 */
export function pairUp(a: Side, b: Side): Pairs {
  const [left, right] = [open(a), open(b)];
  const clicks = left.clicks.filter((n) => right.clicks.includes(n));
  if (clicks.length === 0) {
    throw new ClicksegError(
      'invalid-option',
      `compare: clicks ${left.clicks} and ${right.clicks} have none in common`,
    );
  }
  const first = new Map<string, { record: Kept; scores: Scores }>();
  left.each((key, record) =>
    first.set(key, { record: keep(record), scores: scoresAt(record, left.clicks, clicks) }),
  );
  const pairs = new Map<string, Pair>();
  let single = 0;
  right.each((key, record) => {
    const other = first.get(key);
    if (!other) {
      single++;
      return;
    }
    if (other.record.seed !== record.seed) {
      throw new ClicksegError(
        'invalid-option',
        `compare: the runs have different seeds (${record.image}, ${record.structure})`,
      );
    }
    const { group, patient } = record;
    pairs.set(key, { group, patient, a: other.scores, b: scoresAt(record, right.clicks, clicks) });
  });
  if (pairs.size === 0)
    throw new ClicksegError('invalid-option', 'compare: the runs have no structure in common');
  const same = left.method === right.method;
  return {
    names: same ? [`A: ${left.method}`, `B: ${right.method}`] : [left.method, right.method],
    runs: [left.run, right.run],
    clicks,
    // In the order of their names: the report is the same whatever the order of the records.
    pairs: [...pairs].sort(([x], [y]) => (x < y ? -1 : 1)).map(([, pair]) => pair),
    unpaired: first.size - pairs.size + single,
  };
}

type Kept = Pick<InteractionRecord, 'seed'>;
const keep = ({ seed }: InteractionRecord): Kept => ({ seed });

function open({ files, method: wanted }: Side) {
  const { about, run } = readHeader(files[0]);
  const method = wanted ?? about.methods[0];
  if (!about.methods.includes(method)) {
    throw new ClicksegError('invalid-option', `compare: ${method} is none of ${about.methods.join('; ')}`);
  }
  return {
    method,
    run,
    clicks: about.settings['clicks'] as readonly number[],
    each(take: (key: string, record: InteractionRecord) => void) {
      for (const file of files) {
        readRecords(file, (line) => {
          if ('format' in line || 'leftOut' in line || 'finished' in line || line.method !== method) return;
          take(`${line.group}\n${line.image}\n${line.slice}\n${line.structure}`, line);
        });
      }
    },
  };
}

function scoresAt(record: InteractionRecord, measured: readonly number[], clicks: readonly number[]): Scores {
  const at = clicks.map((n) => measured.indexOf(n));
  return {
    dice: clicks.map((n) => record.dice[Math.min(n, record.dice.length) - 1]),
    hausdorff: at.map((i) => record.hausdorff[i] ?? null),
    meanDistance: at.map((i) => record.meanDistance[i] ?? null),
  };
}

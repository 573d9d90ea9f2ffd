import { ClicksegError } from '@clickseg/raster';
import { choseAlike, whatDiffers } from '../run/compare-headers.ts';
import { readRecords } from '../run/read-records.ts';
import type { InteractionRecord, RecordHeader } from '../run/record.ts';
import { tallyRecords } from '../tally/tally.ts';

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
  readonly headers: readonly [RecordHeader, RecordHeader];
  /** After which both sides were measured. */
  readonly clicks: readonly number[];
  readonly pairs: readonly Pair[];
  /** Structures that only one side has. */
  readonly unpaired: number;
  /** Of each side how many of the run's parts are not finished, and how many there are. */
  readonly unfinished: readonly [Unfinished, Unfinished];
}

export interface Unfinished {
  readonly missing: number;
  readonly of: number;
}

/**
 * Pairs two methods, or two runs, structure by structure.
 * @throws ClicksegError `invalid-option` for a method that a run has not, two sides that are one, runs of other seeds or
 * data, a group in mm on one side and in pixels on the other, nothing in common; `invalid-file` for a side whose files are of
 * several runs or contradict each other
 */
export function pairUp(a: Side, b: Side): Pairs {
  const read = checkedRun(a.files);
  const left = open(a, read);
  const right = open(b, b.files === a.files ? read : checkedRun(b.files));
  if (left.header.run === right.header.run && left.method === right.method) {
    throw new ClicksegError(
      'invalid-option',
      `compare: both sides are ${left.method} of run ${left.header.run.slice(0, 12)}; name another run, or another method with --b`,
    );
  }
  const { about } = left.header;
  checkSpacing(left.header, right.header);
  // The data's digest covers the list of structures, which other settings choose otherwise.
  if (choseAlike(about, right.header.about) && about.data !== right.header.about.data) {
    throw new ClicksegError(
      'invalid-option',
      `compare: the runs are of other data; they differ in ${whatDiffers(left.header, right.header)}`,
    );
  }
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
  const single = new Set<string>();
  right.each((key, record) => {
    const other = first.get(key);
    if (!other) {
      single.add(key);
      return;
    }
    for (const [what, words] of MUST_AGREE) {
      if (other.record[what] === record[what]) continue;
      const where = `${record.image}, slice ${record.slice}, ${record.structure}`;
      throw new ClicksegError(
        'invalid-option',
        `compare: the runs have ${words} (${where}: ${other.record[what]} and ${record[what]})`,
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
    headers: [left.header, right.header],
    clicks,
    // In the order of their names: the report is the same whatever the order of the records.
    pairs: [...pairs].sort(([x], [y]) => (x < y ? -1 : 1)).map(([, pair]) => pair),
    unpaired: first.size - pairs.size + single.size,
    unfinished: [left.unfinished, right.unfinished],
  };
}

type Kept = Pick<InteractionRecord, 'seed' | 'area' | 'patient'>;
const keep = ({ seed, area, patient }: InteractionRecord): Kept => ({ seed, area, patient });

/** What two records of one structure cannot differ in: where they do, one name stands for two images. */
const MUST_AGREE = [
  ['seed', 'different seeds'],
  ['patient', 'other patients under one name'],
  ['area', 'other structures under one name, by their area'],
] as const satisfies readonly (readonly [keyof Kept, string])[];

/** What one run measured in mm and the other in pixels has no difference. @throws ClicksegError `invalid-option` */
function checkSpacing(...[{ about: a }, { about: b }]: readonly [RecordHeader, RecordHeader]): void {
  for (const { group, spacingKnown } of a.groups) {
    const other = b.groups.find((one) => one.group === group);
    if (other === undefined || other.spacingKnown === spacingKnown) continue;
    throw new ClicksegError(
      'invalid-option',
      `compare: the spacing of ${group} is known to one run alone: its distances are in mm there, in pixels in the other`,
    );
  }
}

/** As for a report: all files of one run, and no record against another. */
function checkedRun(files: readonly string[]): { header: RecordHeader; unfinished: Unfinished } {
  const { header, unfinished } = tallyRecords(files);
  return { header, unfinished: { missing: unfinished.length, of: header.about.chunks } };
}

function open({ files, method: wanted }: Side, { header, unfinished }: ReturnType<typeof checkedRun>) {
  const { about } = header;
  const method = wanted ?? about.methods[0];
  if (!about.methods.includes(method)) {
    throw new ClicksegError('invalid-option', `compare: ${method} is none of ${about.methods.join('; ')}`);
  }
  return {
    method,
    header,
    unfinished,
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

import type { RecordHeader } from '../run/record.ts';
import { apartFrom, pixelGroups } from '../tally/pixel-groups.ts';
import type { Tally } from '../tally/tally.ts';
import { countsOf, countText } from './counts.ts';
import type { Table } from './table.ts';
import { groupsOf } from './table-context.ts';

/** What was run, in words. Nothing in it depends on the machine. */
export function factsOf(tally: Tally): (readonly [string, string])[] {
  const { about, run } = tally.header;
  const { settings } = about;
  const say = (key: string) => String(settings[key]);
  return [
    ...about.models.map((model) => ['model', `${modelWords(model)}, SHA-256 ${model.sha256}`] as const),
    ['methods', about.methods.join('; ')],
    ['clicks', `${say('clicks')}; annotator ${say('strategy')}; seed ${say('seed')}`],
    [
      'data',
      `${settings['split'] === undefined ? 'all' : `split ${say('split')}`}, catalogue ${about.data.slice(0, 16)}`,
    ],
    ...(settings['limit'] === undefined
      ? []
      : [['limit', `at most ${say('limit')} structures of a group, drawn with the seed`] as const]),
    ['structures on slices', `${about.structures} asked for; interactions recorded: ${tally.records}`],
    ['run', run.slice(0, 16)],
  ];
}

const modelWords = ({ name, version }: { name: string; version?: string }): string =>
  version ? `${name} ${version}` : name;

/** Which distances of some runs are in pixels, as a sentence with a space before it; nothing where none are. */
export function pixelWords(...headers: readonly RecordHeader[]): string {
  const groups = [...new Set(headers.flatMap(pixelGroups))].sort();
  return groups.length === 0
    ? ''
    : ` The spacing of ${groups.join(', ')} is not known: its distances are in pixels, here taken for mm.`;
}

/** As {@link pixelWords}, where means over all groups stand: and what is not in these. */
export function pooledWords(tally: Tally): string {
  const apart = apartFrom(groupsOf(tally), [tally.header]);
  const of = apart.map((group) => countsOf(tally, group));
  const counts = tally.header.about.methods.map((_, i) => of.reduce((sum, group) => sum + group[i], 0));
  return `${pixelWords(tally.header)}${apart.length > 0 ? apartWords('HD, MAD and surface Dice (whose tolerance is in mm)', countText(counts)) : ''}`;
}

/** What means over all groups leave out, as a sentence with a space before it. */
export const apartWords = (measures: string, structures: string): string =>
  ` Pixels and mm have no common mean: over all groups together, ${measures} leave out the ${structures} structures on slices of these.`;

/** What every figure says of itself, so that it still does once it is cut out of the report. */
export function footOf({ header: { run, about } }: Pick<Tally, 'header'>): string {
  const models = about.models.map((model) => `${modelWords(model)} (SHA-256 ${model.sha256.slice(0, 12)})`);
  return [...models, `run ${run.slice(0, 12)}`, `seed ${String(about.settings['seed'])}`].join(', ');
}

/** Groups, where they come from and under which licence. */
export function dataTable(tally: Tally): Table {
  return {
    name: 'data',
    title: 'Data',
    note: 'Structures on slices: those that a method answered. Where the spacing is not known, 1 mm stands in for it and distances are in pixels.',
    columns: [
      { key: 'group', label: 'group' },
      { key: 'patients', label: 'patients', digits: 0 },
      { key: 'structures', label: 'structures on slices', digits: 0 },
      { key: 'spacing', label: 'spacing' },
      { key: 'source', label: 'source', wrap: true },
      { key: 'licence', label: 'licence', wrap: true },
    ],
    rows: tally.header.about.groups.map(({ group, source, licence, spacingKnown }) => {
      const counts = countsOf(tally, group);
      const patients = new Set(tally.cells.filter((c) => c.group === group).map((c) => c.patient));
      const even = counts.every((n) => n === counts[0]);
      return {
        group,
        patients: patients.size,
        structures: even ? counts[0] : countText(counts),
        spacing: spacingKnown ? 'known' : 'not known',
        source,
        licence,
      };
    }),
  };
}

interface LeftOutRow {
  readonly group: string;
  readonly image: string;
  /** Undefined where nobody knows. */
  structures: number | undefined;
  readonly reason: string;
}

/** What was left out, joined where image and reason are the same. */
export function leftOutTable(tally: Tally): Table {
  const joined = new Map<string, LeftOutRow>();
  const asked = new Map<string, LeftOutRow>();
  for (const { group, image, structures, reason, asked: wanted } of tally.leftOut) {
    const list = wanted ? asked : joined;
    // One line a reason where the settings asked for it; one an image where something was wrong.
    const key = wanted ? `${group}\n${reason}` : `${group}\n${image}\n${reason}`;
    const row: LeftOutRow = list.get(key) ?? { group, image: wanted ? '' : image, structures: 0, reason };
    row.structures =
      structures === undefined || row.structures === undefined ? undefined : row.structures + structures;
    list.set(key, row);
  }
  const { chunks } = tally.header.about;
  const missing = tally.unfinished.length;
  const sorted = (list: typeof joined) => [...list.keys()].sort().map((key) => list.get(key)!);
  return {
    name: 'left-out',
    title: 'Left out',
    note: 'What could not be evaluated, and why. Nothing of it is in any mean above.',
    columns: [
      { key: 'group', label: 'group' },
      { key: 'image', label: 'image' },
      { key: 'structures', label: 'structures on slices', digits: 0 },
      { key: 'reason', label: 'why', wrap: true },
    ],
    rows: [
      ...(missing > 0
        ? [
            {
              group: '',
              image: '',
              structures: undefined,
              reason: `not finished: ${missing} of ${chunks} parts of the run`,
            },
          ]
        : []),
      ...[...sorted(joined), ...sorted(asked)].map((row) => ({
        ...row,
        structures: row.structures ?? 'not known',
      })),
    ],
  };
}

/** True where something is missing that the settings did not ask to leave out. */
export const isIncomplete = (tally: Tally): boolean =>
  tally.unfinished.length > 0 || tally.leftOut.some(({ asked }) => !asked);

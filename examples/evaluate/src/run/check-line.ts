import type { InteractionRecord, RecordHeader, RecordLine } from './record.ts';

/** A field that must be there, whether a value can be its, and what it then is. */
type Field = readonly [key: string, fits: (value: unknown) => boolean, what: string];

const isText = (value: unknown): value is string => typeof value === 'string';
const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isAmount = (value: unknown): value is number => Number.isFinite(value) && (value as number) >= 0;
const isScore = (value: unknown): value is number => isAmount(value) && value <= 1;
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isClick = (value: unknown): boolean =>
  Array.isArray(value) && isWhole(value[0]) && isWhole(value[1]) && (value[2] === 0 || value[2] === 1);
const listOf = (fits: (value: unknown) => boolean, least = 0) => {
  return (value: unknown): boolean => Array.isArray(value) && value.length >= least && value.every(fits);
};
const orNull = (fits: (value: unknown) => boolean) => (value: unknown) => value === null || fits(value);
const having = (fields: readonly Field[]) => (value: unknown) =>
  isObject(value) && fields.every(([key, fits]) => fits(value[key]));

const text = (key: string): Field => [key, isText, 'a name'];
const whole = (key: string): Field => [key, isWhole, 'a whole number from 0'];

const RECORD: readonly Field[] = [
  ...['image', 'structure', 'group', 'patient', 'method'].map(text),
  ...['slice', 'id', 'seed', 'area'].map(whole),
  ['clicks', listOf(isClick, 1), 'a list of [x, y, 1 or 0]'],
  ['dice', listOf(isScore, 1), 'a list of scores from 0 to 1'],
  ['hausdorff', listOf(orNull(isAmount)), 'a list of distances or null'],
  ['meanDistance', listOf(orNull(isAmount)), 'a list of distances or null'],
  ['surfaceDice', listOf(orNull(isScore)), 'a list of scores from 0 to 1 or null'],
  ['ms', isAmount, 'a number from 0'],
];

const HEADER: readonly Field[] = [
  ['format', (value) => value === 1, '1, the one format that there is'],
  text('run'),
  ['about', isObject, 'what the run is'],
];

const ABOUT: readonly Field[] = [
  [
    'settings',
    having([
      ['clicks', listOf(isWhole, 1), ''],
      ['seed', isWhole, ''],
    ]),
    'settings with clicks and a seed',
  ],
  ['models', listOf(having([text('name'), text('sha256')])), 'a list of models'],
  ['methods', listOf(isText, 1), 'a list of methods'],
  text('data'),
  whole('structures'),
  whole('chunks'),
  ['scoring', (value) => value === undefined || isWhole(value), 'a whole number from 0'],
  [
    'groups',
    listOf(
      having([
        ...['group', 'source', 'licence'].map(text),
        ['spacingKnown', (value) => typeof value === 'boolean', ''],
      ]),
    ),
    'a list of groups',
  ],
];

const LEFT_OUT: readonly Field[] = [
  ...['image', 'group', 'reason'].map(text),
  ['structures', (value) => value === undefined || isWhole(value), 'a whole number from 0'],
];

/** What is wrong with a line by itself, with the value; undefined where nothing is. */
export function faultOf(line: unknown): string | undefined {
  if (!isObject(line)) return `${shown(line)} is not an object`;
  if ('format' in line) return faultIn(line, HEADER) ?? faultIn(line['about'], ABOUT);
  if ('leftOut' in line) return faultIn(line['leftOut'], LEFT_OUT);
  if ('finished' in line) return faultIn(line, [whole('finished')]);
  return faultIn(line, RECORD);
}

/** What of a sound line does not go with the header that it stands below; undefined where all does. */
export function misfitOf(line: RecordLine, { about }: RecordHeader): string | undefined {
  if (!isRecord(line)) return undefined;
  const asked = about.settings['clicks'] as readonly number[];
  if (!about.methods.includes(line.method))
    return `method ${line.method} is none of ${about.methods.join('; ')}`;
  if (line.dice.length !== line.clicks.length)
    return `${line.dice.length} Dice are not one for each of ${line.clicks.length} clicks`;
  if (line.dice.length > asked[asked.length - 1])
    return `${line.dice.length} clicks are more than ${asked[asked.length - 1]}`;
  for (const key of ['hausdorff', 'meanDistance', 'surfaceDice'] as const) {
    if (line[key].length !== asked.length)
      return `${key} of ${line[key].length} values is not one for each of clicks ${asked.join(',')}`;
  }
  return undefined;
}

const isRecord = (line: RecordLine): line is InteractionRecord =>
  !('format' in line || 'leftOut' in line || 'finished' in line);

function faultIn(line: unknown, fields: readonly Field[]): string | undefined {
  if (!isObject(line)) return `${shown(line)} is not an object`;
  for (const [key, fits, what] of fields)
    if (!fits(line[key])) return `${key} ${shown(line[key])} is not ${what}`;
  return undefined;
}

const MOST_SHOWN = 60;

const shown = (value: unknown): string => (JSON.stringify(value) ?? 'undefined').slice(0, MOST_SHOWN);

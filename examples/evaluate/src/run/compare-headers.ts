import type { RecordHeader, RunAbout } from './record.ts';

/**
 * In what two runs differ, in words: `seed 4242 and 7; model clickseg-ct (SHA-256 8e65129dc311) and ...`. For two headers
 * of one run, nothing.
 */
export function whatDiffers({ about: a }: RecordHeader, { about: b }: RecordHeader): string {
  const keys = [...new Set([...Object.keys(a.settings), ...Object.keys(b.settings)])];
  const pairs: [what: string, a: string, b: string][] = [
    ...keys.map((key): [string, string, string] => [key, shown(a.settings[key]), shown(b.settings[key])]),
    ['model', models(a), models(b)],
    ['the version of the scores', shown(a.scoring ?? 1), shown(b.scoring ?? 1)],
  ];
  const told = pairs.filter(([, x, y]) => x !== y).map(([what, x, y]) => `${what} ${x} and ${y}`);
  // Where the settings choose other structures, the list of them cannot be the same.
  const chosenAlike = choseAlike(a, b);
  if (a.data !== b.data && chosenAlike)
    told.push('the data: which cases there are, their images or their label maps');
  const groups = (about: RunAbout) => JSON.stringify(about.groups);
  if (groups(a) !== groups(b) && chosenAlike)
    told.push("the groups, or what the folder's index says of source, licence and spacing");
  return told.join('; ');
}

/** Whether two runs, of the same data, evaluate the same structures. */
export const choseAlike = (a: RunAbout, b: RunAbout): boolean =>
  CHOOSING.every((key) => shown(a.settings[key]) === shown(b.settings[key]));

/** Settings that say which structures are evaluated. */
const CHOOSING = ['split', 'groups', 'limit', 'seed'] as const;

const shown = (value: unknown): string => {
  if (value === undefined) return 'none';
  return Array.isArray(value) ? value.join(',') : String(value);
};

const models = ({ models }: RunAbout): string =>
  models
    .map(({ name, version, sha256 }) =>
      [name, version, `(SHA-256 ${sha256.slice(0, 12)})`].filter(Boolean).join(' '),
    )
    .join(', ') || 'none';

import { hasIndex } from '@clickseg/example-dataset/node';
import { ClicksegError } from '@clickseg/raster';
import { counted } from './counted.ts';

/**
 * What finds a patient in the name of a case.
 * @throws ClicksegError `invalid-option` for what is no regular expression, and for a folder whose index says who the patients are
 */
export function patientPattern(folder: string, text: string | undefined): RegExp | undefined {
  if (text === undefined) return undefined;
  if (hasIndex(folder)) {
    const why = `the index.json of ${folder} says whose its cases are; leave it out`;
    throw new ClicksegError('invalid-option', `--patient ${text}: ${why}`);
  }
  try {
    return new RegExp(text, 'u');
  } catch (cause) {
    throw new ClicksegError('invalid-option', `--patient ${text}: ${(cause as Error).message}`, { cause });
  }
}

/**
 * Cases with the patient that a pattern finds in each one's name: its first group, or all that it matches.
 * @throws ClicksegError `invalid-option` where it finds none: a scan that it misses would count as another patient's
 */
export function withPatients<C extends { readonly case: string }>(cases: readonly C[], pattern: RegExp): C[] {
  return cases.map((entry) => {
    const [all, group] = pattern.exec(entry.case) ?? [];
    const patient = group ?? all;
    if (patient) return { ...entry, patient };
    throw new ClicksegError(
      'invalid-option',
      `--patient ${pattern.source}: finds none in case ${entry.case}`,
    );
  });
}

/** Cases of one and the same scan under several names are one patient's, or a network would be tested on what it has seen; that is said. */
export function unitePatients<
  C extends { readonly case: string; readonly patient: string; readonly scan: string },
>(cases: readonly C[]): C[] {
  let united = [...cases];
  const twins: string[] = [];
  for (const [i, { case: name, scan }] of cases.entries()) {
    const first = cases.findIndex((other) => other.scan === scan);
    const [keep, drop] = [united[first].patient, united[i].patient];
    if (keep === drop) continue;
    twins.push(`${name} as ${cases[first].case}`);
    united = united.map((entry) => (entry.patient === drop ? { ...entry, patient: keep } : entry));
  }
  if (twins.length > 0) {
    const who = `${twins.slice(0, 10).join(', ')}${twins.length > 10 ? ', ...' : ''}`;
    console.error(
      `${counted(twins.length, 'case')} of the same scan as another, counted as one patient: ${who}`,
    );
  }
  return united;
}

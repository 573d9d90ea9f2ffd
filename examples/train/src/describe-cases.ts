import { counted } from './counted.ts';
import type { OpenedCase } from './open-folder.ts';

/** Longer than wide by more than this, a pixel lies across slices. */
const MOST_UNEVEN = 2;

/** How many cases there are, of how many patients and which splits, of how many it is not known how large a pixel is, and how many are cut across their slices. */
export function describeCases(cases: readonly OpenedCase[]): string {
  const patients = new Set(cases.map(({ patient }) => patient));
  const splits = [...new Set(cases.map(({ split }) => split))].filter(Boolean).sort();
  const pictures = cases.filter(({ spacingKnown }) => spacingKnown === false).length;
  const silent = cases.filter(({ spacingStated }) => spacingStated === false).length;
  const uneven = cases.filter(
    ({ spacing: { x, y } }) => Math.max(x, y) > MOST_UNEVEN * Math.min(x, y),
  ).length;
  const of = splits.length > 0 ? ` of split ${splits.join(', ')}` : '';
  return [
    `${counted(cases.length, 'case')} of ${counted(patients.size, 'patient')}${of}`,
    ...(countedByFile(cases, patients) ? ['each file counted as a patient (--patient says otherwise)'] : []),
    ...(pictures > 0 ? [`${pictures} without a spacing: taken pixel by pixel`] : []),
    ...(silent > 0 ? [`${silent} whose header states no spacing: taken as 1 mm`] : []),
    ...(uneven > 0
      ? [
          `${uneven} with pixels more than ${MOST_UNEVEN} times as long as wide: slices are axial, and cut across those of the scan`,
        ]
      : []),
  ].join('; ');
}

/** Whether nothing but the files' names says whose they are. */
function countedByFile(cases: readonly OpenedCase[], patients: ReadonlySet<string>): boolean {
  const names = new Set(cases.map((entry) => entry.case));
  return cases.every(({ split }) => split === '') && [...patients].every((patient) => names.has(patient));
}

import type { Tally } from '../tally/tally.ts';
import { leftOutWords } from './left-out-words.ts';

/** Why a run has no interaction, in words: what left everything out. */
export function noRecordsWords({ header: { about }, leftOut, unfinished }: Tally): string {
  const asked = new Map<string, number>();
  for (const { reason, structures = 0, asked: wanted } of leftOut)
    if (wanted) asked.set(reason, (asked.get(reason) ?? 0) + structures);
  const faults = leftOut.filter((one) => !one.asked);
  const why = [
    ...[...asked].map(([reason, n]) => `${n} structures on slices are ${reason}`),
    ...(faults.length > 0
      ? [`left out: ${leftOutWords(faults)}, the first ${faults[0].image}: ${faults[0].reason}`]
      : []),
    ...(unfinished.length > 0
      ? [`${unfinished.length} of ${about.chunks} parts of the run are not finished`]
      : []),
  ];
  if (why.length > 0) return why.join('; ');
  const { split, groups } = about.settings as { split?: string; groups?: readonly string[] };
  const part = [...(split ? [`split ${split}`] : []), ...(groups ? [`groups ${groups.join(',')}`] : [])];
  return `there is no structure in ${part.join(', ') || 'the data'}`;
}

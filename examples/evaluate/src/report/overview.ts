import type { Estimate } from '../tally/estimate.ts';
import type { Tally } from '../tally/tally.ts';
import { unevenWords } from './counts.ts';
import { pooledWords } from './facts.ts';
import { cellText, type Table } from './table.ts';
import { groupsOf, INTERVAL, STRUCTURES, type TableContext } from './table-context.ts';

/** Every method over everything: what a reader with one minute takes home. */
export function overviewTable({ tally, measures, methods }: TableContext): Table {
  const n = tally.tableClicks;
  const told = toldClicks(tally);
  return {
    name: 'overview',
    title: 'All structures',
    note: `${INTERVAL} HD: Hausdorff distance, MAD: mean absolute distance, both after ${n} clicks. NoC@80: clicks to an intersection over union of 80 %; never: the share that does not get there.${pooledWords(tally)}${unevenWords(tally)}`,
    own: methods[0],
    columns: [
      { key: 'method', label: 'method' },
      { key: 'structures', label: STRUCTURES, digits: 0 },
      ...told.map((k) => ({ key: `dice@${k}`, label: `Dice, ${clicksWord(k)}` })),
      { key: 'hausdorff', label: 'HD, mm', digits: 1 },
      { key: 'meanDistance', label: 'MAD, mm', digits: 2 },
      { key: 'noc', label: 'NoC@80', digits: 1 },
      { key: 'failures', label: 'never 80 %', digits: 2 },
    ],
    rows: methods.map((method) => ({
      method,
      structures: measures.of('dice', 1, { method }).count,
      ...Object.fromEntries(told.map((k) => [`dice@${k}`, measures.of('dice', k, { method })])),
      hausdorff: measures.of('hausdorff', n, { method }),
      meanDistance: measures.of('meanDistance', n, { method }),
      noc: measures.clicksTo(0, { method }),
      failures: measures.failures(0, { method }),
    })),
  };
}

/** The first method in one sentence. */
export function abstractOf({ tally, measures, methods }: TableContext): string {
  const [method] = methods;
  const groups = groupsOf(tally).length;
  const at = (clicks: number) => {
    const found: Estimate = measures.of('dice', clicks, { method });
    // In a sentence an interval that is missing is not missed.
    return `${cellText(found.low === undefined ? found.mean : found)} after ${clicksWord(clicks)}`;
  };
  const told = toldClicks(tally).map(at);
  const last = told.pop();
  const { count, patients } = measures.of('dice', 1, { method });
  const over = `${count} structures on slices of ${patients} ${patients === 1 ? 'patient' : 'patients'}`;
  const sets = `${groups} data ${groups === 1 ? 'set' : 'sets'}`;
  return `${method}, ${over} in ${sets}: mean Dice ${told.length > 0 ? `${told.join(', ')} and ` : ''}${last}.`;
}

/** The first, the tables' and the last number of clicks. */
const toldClicks = ({ clicks, tableClicks }: Tally): number[] => [
  ...new Set([clicks[0], tableClicks, clicks[clicks.length - 1]]),
];

const clicksWord = (n: number) => `${n} ${n === 1 ? 'click' : 'clicks'}`;

import { TARGETS } from '../tally/cell.ts';
import type { Tally } from '../tally/tally.ts';
import { unevenWords } from './counts.ts';
import { pixelWords, pooledWords } from './facts.ts';
import { byNaturalOrder } from './natural-order.ts';
import { overviewTable } from './overview.ts';
import { nameOfAll, type Panel } from './panels.ts';
import { PAPER } from './paper.ts';
import type { Column, Table, TableCell } from './table.ts';
import { groupsOf, INTERVAL, STRUCTURES, type TableContext } from './table-context.ts';
import { tableFour } from './table-four.ts';

/** Every table of the report, in its order. Of Tables II and III only what the data have a line for. */
export function makeTables(context: TableContext): Table[] {
  return [
    overviewTable(context),
    ...(context.roles.known.length > 0 ? [diceByClicks(context, 'table-2-known', 'known')] : []),
    ...(context.roles.unseen.length > 0 ? [diceByClicks(context, 'table-3-unseen', 'unseen')] : []),
    ...tableFour(context),
    byClicks(context),
    clicksToTarget(context),
    byPatient(context),
  ];
}

/** A single group stands under all of them too. */
function allAndGroups(tally: Tally): Panel[] {
  const groups = groupsOf(tally);
  return [{ group: undefined, name: nameOfAll(groups) }, ...groups.map((group) => ({ group, name: group }))];
}

/** Tables II and III: Dice after 1, 2, 5, 10 and 15 clicks, the paper's line first. */
function diceByClicks(
  { tally, measures, methods, roles }: TableContext,
  name: string,
  role: 'known' | 'unseen',
): Table {
  const paper = PAPER[role];
  const row = (line: Record<string, TableCell>, dice: (n: number) => TableCell) => ({
    ...line,
    ...Object.fromEntries(tally.clicks.map((n) => [`dice@${n}`, dice(n)])),
  });
  const rows = roles[role].flatMap((group) =>
    methods.map((method) => {
      const { count, patients } = measures.of('dice', 1, { group, method });
      const at = { data: group, method, structures: count, patients };
      return row(at, (n) => measures.of('dice', n, { group, method }));
    }),
  );
  const number = role === 'known' ? 'II' : 'III';
  return {
    name,
    own: methods[0],
    title: `Table ${number}. Dice of a structure that the network ${role === 'known' ? 'was trained for, in other images' : 'has not seen in training'}, by clicks`,
    note: `${INTERVAL} Paper: ${paper.name}; the best automatic method then${role === 'known' ? '' : ', trained for it,'} had ${paper.automatic}.${role === 'known' ? ' A data set stands here unless the run names it as unseen; single structures of it may still be new to the network.' : ''}${unevenWords(tally)}`,
    columns: [
      { key: 'data', label: 'data', merge: true },
      { key: 'structures', label: STRUCTURES, digits: 0, merge: true },
      { key: 'patients', label: 'patients', digits: 0, merge: true },
      { key: 'method', label: 'method' },
      ...tally.clicks.map((n) => ({ key: `dice@${n}`, label: `${n} click${n > 1 ? 's' : ''}` })),
    ],
    rows: [
      row({ data: paper.name, method: 'paper' }, (n) => {
        const at = (PAPER.clicks as readonly number[]).indexOf(n);
        return at < 0 ? undefined : paper.dice[at];
      }),
      ...rows,
    ],
  };
}

/** What Figs. 4 to 6 draw, in figures. */
function byClicks({ tally, measures, methods }: TableContext): Table {
  const rows = allAndGroups(tally).flatMap(({ group, name }) =>
    methods.flatMap((method) =>
      tally.clicks.map((clicks) => {
        const where = group === undefined ? { method } : { method, group };
        return {
          data: name,
          method,
          clicks,
          structures: measures.of('dice', clicks, where).count,
          dice: measures.of('dice', clicks, where),
          hausdorff: measures.of('hausdorff', clicks, where),
          meanDistance: measures.of('meanDistance', clicks, where),
          surfaceDice: measures.of('surfaceDice', clicks, where),
        };
      }),
    ),
  );
  return {
    name: 'scores-by-clicks',
    title: 'Scores by number of clicks (Figs. 4 to 6)',
    note: `${INTERVAL}${pooledWords(tally)}${unevenWords(tally)}`,
    own: methods[0],
    columns: [
      { key: 'data', label: 'data', merge: true },
      { key: 'method', label: 'method', merge: true },
      { key: 'clicks', label: 'clicks', digits: 0 },
      { key: 'structures', label: STRUCTURES, digits: 0 },
      { key: 'dice', label: 'Dice' },
      { key: 'hausdorff', label: 'HD, mm', digits: 2 },
      { key: 'meanDistance', label: 'MAD, mm' },
      { key: 'surfaceDice', label: 'surface Dice' },
    ],
    rows,
  };
}

function clicksToTarget({ tally, measures, methods }: TableContext): Table {
  const most = tally.clicks[tally.clicks.length - 1];
  const percent = (target: number) => Math.round(target * 100);
  const columns: Column[] = TARGETS.flatMap((t) => [
    { key: `noc@${percent(t)}`, label: `NoC@${percent(t)}`, digits: 2 },
    { key: `failures@${percent(t)}`, label: `never ${percent(t)} %` },
  ]);
  return {
    name: 'clicks-to-target',
    title: 'Clicks to a target (NoC) and failures',
    note: `NoC@80: mean clicks until the intersection over union reaches 80 %, as the interactive literature counts; one that never does counts as ${most}, and its share stands beside it. ${INTERVAL}${unevenWords(tally)}`,
    own: methods[0],
    columns: [
      { key: 'data', label: 'data', merge: true },
      { key: 'method', label: 'method' },
      { key: 'structures', label: STRUCTURES, digits: 0 },
      ...columns,
    ],
    rows: allAndGroups(tally).flatMap(({ group, name }) =>
      methods.map((method) => {
        const where = group === undefined ? { method } : { method, group };
        const structures = measures.of('dice', 1, where).count;
        const row: Record<string, TableCell> = { data: name, method, structures };
        TARGETS.forEach((t, i) => {
          row[`noc@${percent(t)}`] = measures.clicksTo(i, where);
          row[`failures@${percent(t)}`] = measures.failures(i, where);
        });
        return row;
      }),
    ),
  };
}

function byPatient({ tally, measures, methods }: TableContext): Table {
  const [method] = methods;
  const patients = [...new Set(tally.cells.map(({ group, patient }) => `${group}\n${patient}`))].sort(
    byNaturalOrder,
  );
  const n = tally.tableClicks;
  return {
    name: 'patients',
    title: `Each patient, ${method}`,
    note: `Mean over the patient's structures on slices; distances after ${n} clicks. Undefined: distances to empty answers, of HD and of MAD each; they are in no mean.${pixelWords(tally.header)}`,
    columns: [
      { key: 'data', label: 'data', merge: true },
      { key: 'patient', label: 'patient' },
      { key: 'structures', label: STRUCTURES, digits: 0 },
      ...tally.clicks.map((k) => ({ key: `dice@${k}`, label: `Dice@${k}` })),
      { key: 'hausdorff', label: 'HD, mm', digits: 2 },
      { key: 'meanDistance', label: 'MAD, mm' },
      { key: 'undefined', label: 'undefined', digits: 0 },
    ],
    rows: patients.map((pair) => {
      const [group, patient] = pair.split('\n');
      const where = { group, patient, method };
      return {
        data: group,
        patient,
        structures: measures.of('dice', 1, where).count,
        ...Object.fromEntries(tally.clicks.map((k) => [`dice@${k}`, measures.of('dice', k, where).mean])),
        hausdorff: measures.of('hausdorff', n, where).mean,
        meanDistance: measures.of('meanDistance', n, where).mean,
        undefined: measures.of('hausdorff', n, where).undefinedCount,
      };
    }),
  };
}

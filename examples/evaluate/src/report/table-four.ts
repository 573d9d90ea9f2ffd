import type { Selection } from '../tally/measures.ts';
import { unevenWords } from './counts.ts';
import { pixelWords, pooledWords } from './facts.ts';
import { byNaturalOrder } from './natural-order.ts';
import { nameOfAll } from './panels.ts';
import { PAPER } from './paper.ts';
import type { Column, Table } from './table.ts';
import { groupsOf, INTERVAL, STRUCTURES, type TableContext } from './table-context.ts';

/** Table IV: Dice, HD and MAD at five clicks, of each data set and of each structure. */
export function tableFour({ tally, measures, methods }: TableContext): Table[] {
  const n = tally.tableClicks;
  const [method] = methods;
  const line = (where: Selection) => {
    const dice = measures.of('dice', n, where);
    return {
      structures: dice.count,
      patients: dice.patients,
      dice,
      hausdorff: measures.of('hausdorff', n, where),
      meanDistance: measures.of('meanDistance', n, where),
      surfaceDice: measures.of('surfaceDice', n, where),
    };
  };
  const columns: Column[] = [
    { key: 'structures', label: STRUCTURES, digits: 0 },
    { key: 'patients', label: 'patients', digits: 0 },
    { key: 'dice', label: 'Dice' },
    { key: 'hausdorff', label: 'HD, mm', digits: 2 },
    { key: 'meanDistance', label: 'MAD, mm', digits: 3 },
    { key: 'surfaceDice', label: 'surface Dice' },
  ];
  const pairs = [...new Set(tally.cells.map(({ group, structure }) => `${group}\n${structure}`))].sort(
    byNaturalOrder,
  );
  const { clicks, automatic, dice, hausdorff, meanDistance } = PAPER.organs;
  const what = `HD: Hausdorff distance; MAD: mean absolute distance, pooled over both surfaces; surface Dice at ${tally.header.about.settings['tolerance']} mm. A distance is undefined where the mask is empty; such values are counted, not averaged.`;
  return [
    {
      name: 'table-4-data',
      title: `Table IV. Dice, HD and MAD after ${n} clicks`,
      note: `${INTERVAL} ${what}${pooledWords(tally)} Paper: mean over 13 organs of the BCV test set after ${clicks} clicks; its figures for single organs are not in this program.${unevenWords(tally)}`,
      columns: [{ key: 'data', label: 'data', merge: true }, { key: 'method', label: 'method' }, ...columns],
      rows: [
        { data: 'BCV test, 13 organs', method: 'paper', dice, hausdorff, meanDistance },
        { data: 'BCV test, 13 organs', method: 'best automatic then', ...automatic },
        ...methods.map((m) => ({ data: nameOfAll(groupsOf(tally)), method: m, ...line({ method: m }) })),
        ...groupsOf(tally).map((group) => ({ data: group, method, ...line({ group, method }) })),
      ],
    },
    {
      name: 'table-4-structures',
      title: `Table IV, structure by structure: ${method} after ${n} clicks`,
      note: `${INTERVAL} ${what}${pixelWords(tally.header)}`,
      columns: [
        { key: 'data', label: 'data', merge: true },
        { key: 'structure', label: 'structure' },
        ...columns,
      ],
      rows: pairs.map((pair) => {
        const [group, structure] = pair.split('\n');
        return { data: group, structure, ...line({ group, structure, method }) };
      }),
    },
  ];
}

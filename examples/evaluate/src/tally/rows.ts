/** Columns of one number a record, which grow by doubling: a million records in a few dozen megabytes. */
export interface Rows {
  length: number;
  cell: Int32Array;
  /** Dice at the table's clicks, in units. */
  dice: Int32Array;
  /** Distances there, in units; -1 where undefined. */
  hausdorff: Int32Array;
  meanDistance: Int32Array;
  /** Decides between records of equal Dice, whatever the order they came in. */
  tie: Uint32Array;
  file: Uint16Array;
  offset: Float64Array;
  bytes: Uint32Array;
}

export function createRows(): Rows {
  const n = 1024;
  return {
    length: 0,
    cell: new Int32Array(n),
    dice: new Int32Array(n),
    hausdorff: new Int32Array(n),
    meanDistance: new Int32Array(n),
    tie: new Uint32Array(n),
    file: new Uint16Array(n),
    offset: new Float64Array(n),
    bytes: new Uint32Array(n),
  };
}

/** The index of a new row. */
export function addRow(rows: Rows): number {
  if (rows.length === rows.cell.length) {
    rows.cell = doubled(rows.cell);
    rows.dice = doubled(rows.dice);
    rows.hausdorff = doubled(rows.hausdorff);
    rows.meanDistance = doubled(rows.meanDistance);
    rows.tie = doubled(rows.tie);
    rows.file = doubled(rows.file);
    rows.offset = doubled(rows.offset);
    rows.bytes = doubled(rows.bytes);
  }
  return rows.length++;
}

function doubled<T extends Int32Array | Uint32Array | Uint16Array | Float64Array>(column: T): T {
  const grown = new (column.constructor as new (n: number) => T)(2 * column.length);
  grown.set(column);
  return grown;
}

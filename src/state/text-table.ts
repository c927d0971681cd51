// Columns of text, padded to their widest cell. Pure.

/** Lines of cells two blanks apart; the columns in `right` are aligned there. Nothing is left at the end of a line. */
export function alignColumns(rows: readonly (readonly string[])[], right: ReadonlySet<number>): string[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const pad = (cell: string, column: number) =>
    right.has(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0);
  return rows.map((row) => row.map(pad).join('  ').trimEnd());
}

export interface Fitting {
  /** By their heading: the columns that are aligned on the right. */
  readonly right: readonly string[];
  /** By their heading: the columns that a narrow terminal does without, the first of them first. */
  readonly givesWay: readonly string[];
  /** Of the terminal. */
  readonly width: number;
}

/** The same below a row of headings; where it does not fit, the columns that say least are left out. */
export function fitColumns(rows: readonly (readonly string[])[], fitting: Fitting): string[] {
  const head = rows[0] ?? [];
  const table = alignColumns(rows, new Set(fitting.right.map((name) => head.indexOf(name))));
  const given = fitting.givesWay.find((name) => head.includes(name));
  if (given === undefined || table.every(({ length }) => length <= fitting.width)) return table;
  const at = head.indexOf(given);
  return fitColumns(
    rows.map((row) => row.filter((_, column) => column !== at)),
    fitting,
  );
}

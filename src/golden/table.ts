import type { Row } from './check.ts';

const headings = ['check', 'measure', 'compared', 'error', 'tolerance', ''] as const;

const quantity = (value: number): string => (Number.isInteger(value) ? String(value) : value.toExponential(2));

function cells(row: Row): string[] {
  const verdict = row.passed ? 'pass' : `FAIL ${row.compared === 0 ? '(nothing was compared)' : `at ${row.worst}`}`;
  return [row.check, row.measure, String(row.compared), quantity(row.error), quantity(row.tolerance), verdict];
}

/** The rows as a table of text, one line each below a line of headings; where a check failed, its worst place. */
export function formatTable(rows: readonly Row[]): string {
  const lines = [[...headings], ...rows.map(cells)];
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const numeric = (column: number) => column >= 2 && column <= 4;
  const pad = (cell: string, column: number) => (numeric(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0));
  return lines.map((line) => line.map(pad).join('  ').trimEnd()).join('\n');
}

type Field = string | number | boolean | null | undefined;

/** Plain numbers in full precision; what is missing or not a number is empty; quoted where it holds what separates fields. */
function written(field: Field): string {
  if (field === null || field === undefined || (typeof field === 'number' && !Number.isFinite(field))) return '';
  const text = String(field);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Rows of fields as CSV; the first has the names. */
export const csv = (rows: readonly (readonly Field[])[]): string => rows.map((row) => row.map(written).join(',')).join('\n');

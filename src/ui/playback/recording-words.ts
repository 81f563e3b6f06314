import * as format from '../format/format.ts';

/** "26 November 2026", in the reader's way. */
export function recordedDay(startedAt: string | null): string {
  if (startedAt === null) return format.missing;
  return new Date(startedAt).toLocaleDateString(undefined, { day: 'numeric', month: 'long', year: 'numeric' });
}

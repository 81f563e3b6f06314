import type { ModuleColumns } from './module-columns.ts';

/** Room for the value at the right end. */
const valueRoom = 46;
const leadIn = 16;

/** Where the log axis of the fitness lies, from the left of the stack; null where there is no room for it. */
export function gutterSpan(columns: ModuleColumns): readonly [from: number, to: number] | null {
  if (columns.layout === 'strands') return null;
  return [columns.plotRight + leadIn, columns.width - valueRoom];
}

import type { StoredKind, StoredThing } from '../../store/storage/stored-things.ts';
import { bytes } from '../format/format.ts';
import { listed } from '../format/listed.ts';
import { plural } from '../module-axis/words.ts';

export const kindTitles: Readonly<Record<StoredKind, string>> = {
  model: 'Downloaded models',
  run: 'Runs',
  checkpoint: 'Where unfinished runs stand',
  export: 'Model files that were written',
  leftover: 'Working files',
  offline: 'The page, to open without a network',
};

const sum = (things: readonly StoredThing[]): number => things.reduce((total, thing) => total + thing.bytes, 0);

/** "1.2 GB". */
export const sizeWords = (things: readonly StoredThing[]): string => bytes(sum(things));

const names: Partial<Readonly<Record<StoredKind, string>>> = { model: 'model', run: 'run' };

/** "2 models, 1 run and 1 other, 1.2 GB". */
export function chosenWords(things: readonly StoredThing[]): string {
  const named = Object.entries(names).flatMap(([kind, name]) => {
    const amount = things.filter((thing) => thing.kind === kind).length;
    return amount > 0 ? [plural(amount, name)] : [];
  });
  const others = things.filter(({ kind }) => names[kind] === undefined).length;
  const parts = [...named, ...(others > 0 ? [named.length > 0 ? plural(others, 'other') : plural(others, 'thing')] : [])];
  return `${listed(parts)}, ${sizeWords(things)}`;
}

/** What cannot be had back, in a sentence. */
export function warningWords(things: readonly StoredThing[]): string {
  const kinds = new Set(things.map(({ kind }) => kind));
  if (kinds.has('run') || kinds.has('checkpoint')) return 'This cannot be undone.';
  if (kinds.has('model')) return 'Models would have to be downloaded again.';
  return kinds.has('offline') ? 'The page would need a network the next time.' : 'This cannot be undone.';
}

import * as v from 'valibot';
import { lostKey } from './lost-note.ts';

/**
 * What should be in the browser's storage, noted where the browser clears last. Whoever deletes takes it from the note first, so what is
 * in the note and not there was cleared by the browser, or by hand.
 */
export interface KeptNote {
  /** Models by reference, runs and checkpoints by the run's id. */
  readonly models: readonly string[];
  readonly runs: readonly string[];
  readonly checkpoints: readonly string[];
}

export type KeptKind = keyof KeptNote;

/** What was in the note and is not there any more. */
export type Lost = KeptNote;

export const keptKinds: readonly KeptKind[] = ['models', 'runs', 'checkpoints'];

const noteKey = 'kept';
/** Of each kind: more are not noted. */
const most = 2000;

const ids = v.pipe(v.array(v.pipe(v.string(), v.maxLength(2000))), v.maxLength(most));
const noteSchema = v.object({ models: ids, runs: ids, checkpoints: ids });

export const emptyNote: KeptNote = { models: [], runs: [], checkpoints: [] };

/** A note as it was stored; an empty one for what is none. Never throws. */
export function parseNote(text: string | null): KeptNote {
  if (text === null) return emptyNote;
  try {
    const outcome = v.safeParse(noteSchema, JSON.parse(text));
    return outcome.success ? outcome.output : emptyNote;
  } catch {
    return emptyNote;
  }
}

function read(key: string): KeptNote {
  try {
    return parseNote(localStorage.getItem(key));
  } catch {
    return emptyNote; // some private windows have no storage: then nothing is noted, and nothing missed
  }
}

const isEmpty = (note: KeptNote): boolean => keptKinds.every((kind) => note[kind].length === 0);

function write(key: string, note: KeptNote): void {
  try {
    if (isEmpty(note)) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(note));
  } catch {
    // Full: what is missing from the note will not be missed.
  }
}

const among = (list: readonly string[]): readonly string[] => [...new Set(list)].sort().slice(0, most);

export const readNote = (): KeptNote => read(noteKey);

/** To be called before something is deleted on purpose. */
export function noteGoing(kind: KeptKind, id: string): void {
  const note = readNote();
  if (note[kind].includes(id)) write(noteKey, { ...note, [kind]: note[kind].filter((other) => other !== id) });
}

/** What was lost and nobody has closed the message about; null where nothing was. */
export function readLost(): Lost | null {
  const lost = read(lostKey);
  return isEmpty(lost) ? null : lost;
}

/**
 * Notes what is there of one kind, and remembers as lost what the note had besides. `missed`: whether something that is not there counts;
 * the checkpoint of a run that is over is not missed.
 */
export function compareKept(kind: KeptKind, there: readonly string[], missed: (id: string) => boolean = () => true): Lost | null {
  const note = readNote();
  const now = among(there);
  const missing = note[kind].filter((id) => !now.includes(id) && missed(id));
  if (JSON.stringify(note[kind]) !== JSON.stringify(now)) write(noteKey, { ...note, [kind]: now });
  if (missing.length > 0) {
    const lost = read(lostKey);
    write(lostKey, { ...lost, [kind]: among([...lost[kind], ...missing]) });
  }
  return readLost();
}

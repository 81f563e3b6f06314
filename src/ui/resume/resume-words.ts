import type { Phase } from '../../run/run-events.ts';
import type { Interruption } from '../../store/checkpoint-store.ts';
import type { Resumable } from '../../store/resumable.ts';
import type { Restoring } from '../../store/run-state.ts';
import { modelName } from '../../sources/model-ref.ts';
import type { CheckpointSummary } from '../../worker/protocol.ts';
import { count, percent } from '../format/format.ts';
import { phaseNames } from '../run-bar/phase-names.ts';
import { inUnit } from '../run-bar/phase-track.tsx';

const units = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

/** "2 hours ago", in the words of the reader's language; "just now" within a minute. */
export function ago(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  const [unit, length] = units.find(([, least]) => seconds >= least) ?? [null, 1];
  return unit === null ? 'just now' : new Intl.RelativeTimeFormat('en', { numeric: 'always' }).format(-Math.floor(seconds / length), unit);
}

/** "Run 3", or what model it is of where the library does not know it. */
export const nameOf = ({ summary: { model, config }, stored }: Resumable): string => stored?.name ?? `A run of ${model ?? (config === null ? 'an unknown model' : modelName(config.model))}`;

const places: Readonly<Record<Phase, string>> = {
  load: 'while it was loading',
  calibrate: 'while it was calibrating',
  database: 'while its level database was built',
  search: 'before its first generation',
  'post-train': 'in post-training',
  evaluate: 'while it was evaluated',
  export: 'while it was exported',
};

/** "in generation 12 of 40", "in post-training", "while it was loading". */
export function placeOf({ phase, generation, generations }: Pick<CheckpointSummary, 'phase' | 'generation' | 'generations'>): string {
  if (phase === 'search' && generations > 0) return `in generation ${count(Math.min(generations, generation + 1))} of ${count(generations)}`;
  return places[phase ?? 'load'];
}

/** "Run 3 was interrupted in generation 12 of 40, 2 hours ago." `now`: milliseconds since 1970. */
export function interruptedSentence(run: Resumable, now: number): string {
  const { savedAt } = run.summary;
  const failed = run.stored?.state === 'failed';
  return `${nameOf(run)} ${failed ? 'failed' : 'was interrupted'} ${placeOf(run.summary)}${savedAt === null ? '' : `, ${ago(now - Date.parse(savedAt))}`}.`;
}

const repeated = (generation: number | null): string => (generation === null ? 'What was not saved yet is done again.' : `The stage in progress in generation ${count(generation)} is repeated.`);

/** What happened to the run on the page, and what comes of it. */
export function interruptionWords(interruption: Interruption): { readonly title: string; readonly text: string } {
  const { generation, resumed } = interruption;
  const then = `${repeated(generation)} Nothing else was lost.`;
  if (interruption.what === 'engine') {
    const { what } = interruption.explanation;
    return { title: resumed ? `${what.replace(/\.$/, '')}, and the run goes on.` : what, text: resumed ? then : `It was started again, and the run goes on from where it was saved. ${repeated(generation)}` };
  }
  const { kind, reason, smaller } = interruption;
  const lost = kind === 'lost' ? 'The graphics device was lost' : 'The device ran out of memory';
  const care = smaller ? ' It happened several times here, so it is given smaller pieces of work from now on.' : '';
  return { title: resumed ? `${lost}, and the run goes on.` : reason.replace(/\.?$/, '.'), text: `${resumed ? then : `Opening it again. ${repeated(generation)}`}${care}` };
}

const isPhase = (note: string): note is Phase => Object.hasOwn(phaseNames, note);

/** "Level database, 12 of 60 modules": what is made ready again. */
export function restoringWords({ done, total, unit, note }: Restoring): string {
  const what = note === null ? 'What was saved is read' : isPhase(note) ? phaseNames[note] : note;
  if (total <= 0) return `${what}…`;
  return `${what}: ${unit === '' ? percent(done / total, 0) : `${inUnit(done, unit)} of ${inUnit(total, unit)}${unit === 'bytes' ? '' : ` ${unit}`}`}`;
}

import type { Explanation } from '../../base/explained-error.ts';
import type { FormatCheck } from '../../run/exports/export-events.ts';
import type { Exporting } from '../../store/reduce-exporting.ts';
import { bytes, percent, perplexity, roughly } from '../format/format.ts';
import { listed } from '../format/listed.ts';
import { formatName } from './format-choice.ts';

/** How far the saving of something is, once the engine has written it or while it does. */
export type SaveState =
  | { readonly step: 'ready' }
  | { readonly step: 'preparing' }
  /** `done` is 0 to 1; null where it cannot be told. */
  | { readonly step: 'saving'; readonly done: number | null }
  | { readonly step: 'saved'; readonly names: readonly string[] }
  | { readonly step: 'cancelled' }
  | { readonly step: 'failed'; readonly explanation: Explanation };

export const isBusy = ({ step }: SaveState): boolean => step === 'preparing' || step === 'saving';

const share = (done: number, total: number): number => (total > 0 ? Math.min(1, done / total) : 0);

/** 0 to 1, of what is under way now; null where it cannot be told. */
export function shareDone(state: SaveState, exporting: Exporting | null): number | null {
  if (state.step === 'saving') return state.done;
  if (state.step !== 'preparing' || !exporting?.progress) return null;
  return share(exporting.progress.done, exporting.progress.total);
}

/** What is under way, on the button: "Preparing 42 %", "Checking". Null where nothing is. */
export function busyLabel(state: SaveState, exporting: Exporting | null): string | null {
  if (!isBusy(state)) return null;
  const done = shareDone(state, exporting);
  if (state.step === 'saving') return done === null ? 'Saving' : `Saving ${percent(done, 0)}`;
  if (exporting?.progress?.step === 'checking') return 'Checking';
  return done === null ? 'Preparing' : `Preparing ${percent(done, 0)}`;
}

/** Beside the button, for eyes only: it changes too often to be read out. */
export function detail(state: SaveState, exporting: Exporting | null): string {
  if (state.step !== 'preparing' || !exporting) return '';
  if (exporting.cancelling) return '';
  return exporting.secondsLeft === null ? '' : `About ${roughly(exporting.secondsLeft)} left.`;
}

/** The state in a sentence that is read out when it changes. */
export function announcement(state: SaveState, exporting: Exporting | null): string {
  switch (state.step) {
    case 'ready':
      return '';
    case 'preparing': {
      if (exporting?.cancelling) return 'Cancelling…';
      const format = exporting?.progress ? ` ${formatName(exporting.progress.format)}` : '';
      return exporting?.progress?.step === 'checking' ? `Opening${format} again to check it.` : `Preparing${format}.`;
    }
    case 'saving':
      return 'Saving.';
    case 'saved':
      return `Saved as ${listed(state.names)}.`;
    case 'cancelled':
      return 'Cancelled. Nothing was saved.';
    case 'failed':
      return `Failed. ${state.explanation.what} ${state.explanation.remedy}`;
  }
}


export const downloadLabel = (name: string, size: number | null): string => (size === null ? `Download ${name}` : `Download ${name}, ${bytes(size)}`);

/** What pressing the button will do. `files`: how many there will be. */
export function idleNote(present: boolean, files: number): string {
  const first = present ? 'It is written.' : 'It is written and checked in this tab first.';
  return files > 1 ? `${first} ${files} files, one download after the other; the model folder has them in one.` : first;
}

/** Perplexity that is this much higher than the candidate's is worth a sentence; the other hurts. */
const [worthTelling, hurts] = [1.01, 1.1];

/** What the format cost, plainly; null where it cost nothing to speak of. */
export function costOfFormat(check: Pick<FormatCheck, 'perplexity' | 'candidatePerplexity' | 'agreement'>): string | null {
  const ratio = check.perplexity / check.candidatePerplexity;
  if (ratio < worthTelling) return null;
  const values = `perplexity ${perplexity(check.perplexity)} where the candidate has ${perplexity(check.candidatePerplexity)}`;
  if (ratio < hurts) return `This format costs a little quality: ${values}.`;
  if (!Number.isFinite(ratio)) return `This format breaks this model: ${values}. Take fp16.`;
  return `This format hurts this model: ${values}, and ${percent(1 - check.agreement, 0)} of its most likely tokens are others. fp16 keeps them.`;
}

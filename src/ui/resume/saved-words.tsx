import { useCheckpoints, type Saved } from '../../store/checkpoint-store.ts';
import { duration } from '../format/format.ts';
import { ago } from './resume-words.ts';
import { useNow } from './use-now.ts';

const beat = 5000;

/** "saved 10 s ago", "not saved, last 2 minutes ago"; `now`: milliseconds since 1970. */
export function savedWords({ savedAt, problem }: Pick<Saved, 'savedAt' | 'problem'>, now: number): string {
  const since = savedAt === null ? null : Math.max(0, now - Date.parse(savedAt));
  if (since === null) return 'not saved';
  const when = since < beat ? 'just now' : since < 60_000 ? `${duration(Math.floor(since / beat) * (beat / 1000))} ago` : ago(since);
  return problem === null ? `saved ${when}` : `not saved, last ${when}`;
}

/** When the run was last saved, or why it is not. */
export function SavedWords() {
  const saved = useCheckpoints((checkpoints) => checkpoints.saved);
  const now = useNow(beat);
  if (saved === null) return null;
  const { problem } = saved;
  const words = savedWords(saved, now);
  return <span className={problem ? 'saved-problem' : undefined} title={problem ? `${problem.what} ${problem.means} ${problem.remedy}` : 'A run that was saved can be resumed after a reload or a crash'}>{` · ${words}`}</span>;
}

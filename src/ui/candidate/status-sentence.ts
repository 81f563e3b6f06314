import type { FoundCandidate } from '../../store/find-candidate.ts';
import type { Dropped, SearchState } from '../../store/run-state.ts';
import { droppedAfter } from '../format/dropped-words.ts';
import { failedIn } from '../format/failed-words.ts';
import { count, percent } from '../format/format.ts';
import type { StageRow } from './stage-rows.ts';

const words = ['Zeroth', 'First', 'Second', 'Third', 'Fourth', 'Fifth'] as const;

/** "First", "Second", then "6th", "21st". */
export function ordinal(place: number): string {
  const word = words[place];
  if (word !== undefined) return word;
  const teen = place % 100 >= 11 && place % 100 <= 13;
  const ending = teen ? 'th' : (['th', 'st', 'nd', 'rd'][place % 10] ?? 'th');
  return `${count(place)}${ending}`;
}

function runningWords(running: NonNullable<FoundCandidate['running']>, row: StageRow | undefined): string {
  const stage = running.stage + 1;
  if (running.status === 'waiting') return `Waits for stage ${stage}.`;
  if (running.status === 'training') return `Is trained for stage ${stage}, ${percent(running.progress, 0)}.`;
  if (running.status === 'measuring') return `Is measured in stage ${stage}, ${percent(running.progress, 0)}.`;
  const place = row?.rank ? `${ordinal(row.rank)} of ${count(row.of)}` : 'Measured';
  if (running.status === 'eliminated') return `Out after stage ${stage}: ${place.toLowerCase()}.`;
  return `${place} ${row?.open ? 'so far ' : ''}in stage ${stage}.`;
}

function finishedWords({ id, record, fitness }: FoundCandidate, rows: readonly StageRow[]): string {
  if (record?.replaced && record.parent.id === id) return `Won generation ${count(record.generation)} and became the parent.`;
  const row = rows[fitness.length - 1];
  if (!row?.rank) return 'Was not measured.';
  const last = row.stage === rows.length - 1;
  return `${ordinal(row.rank)} of ${count(row.of)} in ${last ? 'the last stage, the parent among them' : `stage ${row.stage + 1}, and out`}.`;
}

const droppedWords = (dropped: Dropped): string => `Dropped in stage ${dropped.stage + 1} ${droppedAfter(dropped)}, as it could not survive any more.`;

/** Where it failed in the last stage that it entered. */
function failedWords({ failed, fitness, running }: FoundCandidate): string | null {
  const stage = running?.stage ?? fitness.length - 1;
  const why = failedIn(failed, stage);
  return why && `${why.replace('failed', `Failed in stage ${stage + 1}`)}.`;
}

/** Where a candidate stands, and whose child it is, in a sentence or two. */
export function statusSentence(search: SearchState, candidate: FoundCandidate, rows: readonly StageRow[]): string {
  const { id, from, running } = candidate;
  if (from === null) return 'The start of the search: every module pruned to the same share.';
  const status = candidate.dropped ? droppedWords(candidate.dropped) : failedWords(candidate) ?? (running ? runningWords(running, rows[running.stage]) : finishedWords(candidate, rows));
  const origin = search.strategy === 'random' ? 'Drawn at random.' : `Child of ${from.id}.`;
  const chosen = search.chosen.find(({ parent }) => parent.id === id);
  return [status, origin, ...(chosen ? [`You made it the parent in generation ${count(chosen.generation)}.`] : [])].join(' ');
}

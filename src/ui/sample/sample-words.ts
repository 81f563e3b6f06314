import type { Sample } from '../../store/run-store.ts';
import type { SamplingSettings } from '../../store/address-sampling.ts';
import { count } from '../format/format.ts';

/** How models write, in a line: "greedy · 48 tokens", "temperature 0.8 · 48 tokens". */
export function samplingWords({ tokens, temperature, chat }: SamplingSettings): string {
  const way = temperature === 0 ? 'greedy' : `temperature ${temperature.toLocaleString()}`;
  return [...(chat ? ['chat'] : []), way, `${count(tokens)} ${tokens === 1 ? 'token' : 'tokens'}`].join(' · ');
}

/** The parent as the run has it now. */
export interface ParentNow {
  readonly id: string | null;
  /** The run is over, and this is its winner. */
  readonly over: boolean;
  readonly postTrained: boolean;
}

/** Whether a text is the present parent's, or the winner's as it was exported. */
export const isOfParent = ({ id, postTrained }: Pick<Sample, 'id' | 'postTrained'>, now: ParentNow): boolean =>
  id === now.id && (!now.over || postTrained === now.postTrained);

/** Who wrote the parent's text; a text of an earlier parent says so. */
export function parentTitle(sample: Pick<Sample, 'id' | 'postTrained'>, now: ParentNow): string {
  const { id, postTrained } = sample;
  if (!isOfParent(sample, now)) return id === now.id ? `From ${id}, before post-training` : `From ${id}`;
  if (!now.over) return `Parent ${id}`;
  return postTrained ? `Pruned ${id}, post-trained` : `Pruned ${id}`;
}

/** Why a text ended before all of its tokens were written; null where it did not, or is still being written. */
export function endWords({ end, tokens }: Pick<Sample, 'end' | 'tokens'>): string | null {
  switch (end) {
    case 'end-token':
      return tokens === 0 ? 'The model ended the text at once.' : 'The model ended the text here.';
    case 'context':
      return 'No room for more: prompt and text fill the context.';
    case 'stopped':
      return 'Stopped.';
    default:
      return null;
  }
}

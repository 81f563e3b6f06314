import type { Sample } from '../../store/run-store.ts';
import { tokensPerSecond } from '../format/format.ts';
import { firstDifference } from './first-difference.ts';
import { endWords } from './sample-words.ts';
import './sample.css';

interface Props {
  readonly title: string;
  readonly sample: Sample;
  /** What it is compared with: the same prompt to another model. */
  readonly against: Sample | null;
}

/** What a model wrote: what it shares with another text in a lighter ink, the word at which they part underlined. */
export function SampleText({ title, sample, against }: Props) {
  const other = against?.prompt === sample.prompt ? against : null;
  const { common, rests } = firstDifference(sample.text, other?.text ?? '');
  const [rest, otherRest] = rests;
  // While either grows, a text that ends where the other goes on has not parted from it.
  const parted = other !== null && rest.word !== '' && (otherRest.word !== '' || other.end !== null);
  const end = endWords(sample);
  const lead = common.trimStart();
  const [gap = ''] = /^\s*/.exec(rest.word) ?? [];
  const word = rest.word.slice(gap.length);
  return (
    <div className="sample" aria-busy={sample.end === null}>
      <div className="sample-head">
        <h3>{title}</h3>
        <span className="note tertiary figures">{tokensPerSecond(sample.tokensPerSecond)}</span>
      </div>
      <p className="sample-text">
        <span className="sample-common">… {lead}</span>
        {lead !== '' && gap}
        {parted ? <mark>{word}</mark> : word}
        {rest.after}
      </p>
      {end !== null && <p className="note tertiary">{end}</p>}
    </div>
  );
}

import { useId, useState } from 'react';
import { useEngine } from '../../store/run-store.ts';
import { useSettings } from '../../store/settings-store.ts';
import { useRun } from '../../store/use-run.ts';
import type { ModelSubject } from '../../worker/protocol.ts';
import { percent } from '../format/format.ts';
import { Panel } from '../parts/panel.tsx';
import { Segmented } from '../parts/segmented.tsx';
import { useMedia } from '../parts/use-media.ts';
import { firstDifference } from './first-difference.ts';
import { PromptForm } from './prompt-form.tsx';
import { SampleText } from './sample-text.tsx';
import { isOfParent, parentTitle, samplingWords } from './sample-words.ts';
import { SamplingFields } from './sampling-fields.tsx';
import { useAsking } from './use-asking.ts';
import { useFreshText } from './use-fresh-text.ts';
import { useParentNow } from './use-parent-now.ts';
import { useSampleFailure, useSamples } from './use-samples.ts';
import './sample.css';

const both: readonly ModelSubject[] = [{ which: 'dense' }, { which: 'parent' }];

/** The same prompt to the dense model and to the parent, or the winner: does it still speak? */
export function SamplePanel() {
  const shown = useRun((run) => run.search !== null);
  const asking = useAsking(both);
  const [open, setOpen] = useState(false);
  const fields = useId();
  const words = useSettings((settings) => samplingWords(settings.sampling));
  useFreshText(asking);
  if (!shown) return null;
  const toggle = (
    <button type="button" className="link-button sampling-toggle" aria-expanded={open} aria-controls={fields} onClick={() => setOpen(!open)}>
      {words}
    </button>
  );
  return (
    <Panel title="Same prompt, two models" id="text" aside={toggle}>
      <PromptForm {...asking} />
      <div id={fields} hidden={!open}>
        <SamplingFields />
      </div>
      <Texts reason={asking.reason} />
      <Failure />
    </Panel>
  );
}

function Failure() {
  const failure = useSampleFailure();
  if (failure === null) return null;
  return (
    <p className="note sample-failure" role="alert">
      {failure.what} {failure.remedy}
    </p>
  );
}

/** Text was asked for and a run computes: until it has come, the engine is busy with a step. */
const useWaiting = (): boolean => useEngine((engine) => engine.sampling && engine.status === 'running');
const waitingWords = 'The engine answers when the step under way is done.';

function Texts({ reason }: { readonly reason: string | null }) {
  const { dense, parent } = useSamples();
  const waiting = useWaiting();
  const phone = useMedia('(max-width: 599px)');
  const [shown, setShown] = useState<'dense' | 'parent'>('parent');
  const now = useParentNow();
  if (!dense || !parent) {
    const words = waiting ? waitingWords : (reason ?? 'The engine answers between two steps of the run; while it pauses, at once.');
    return <p className="small tertiary sample-empty">{words}</p>;
  }
  const title = parentTitle(parent, now);
  const columns = [
    <SampleText key="dense" title="Dense" sample={dense} against={parent} />,
    <SampleText key="parent" title={title} sample={parent} against={dense} />,
  ];
  const options = [{ value: 'dense', label: 'Dense' }, { value: 'parent', label: title }] as const;
  return (
    <>
      {phone && <Segmented wide label="Model" value={shown} options={options} onChange={setShown} />}
      <div className="sample-columns">{phone ? columns[shown === 'dense' ? 0 : 1] : columns}</div>
      <Verdict />
    </>
  );
}

/** What the two texts say together, and whether they are of now. */
function Verdict() {
  const { dense, parent } = useSamples();
  const now = useParentNow();
  const prompt = useSettings((settings) => settings.prompt);
  const agreement = useRun((run) => run.quality.winner?.agreement ?? null);
  const waiting = useWaiting();
  if (!dense || !parent || dense.end === null || parent.end === null) return null;
  if (waiting) return <p className="note tertiary">{waitingWords}</p>;
  const parted = firstDifference(dense.text, parent.text).rests.some((rest) => rest.word !== '');
  const notes = [
    parted ? 'They part at the underlined word.' : 'Both write the same.',
    ...(parent.prompt === prompt ? [] : ['The prompt has changed since.']),
    ...(isOfParent(parent, now) ? [] : [now.over ? 'The run went on since.' : 'The parent has changed since.']),
    ...(agreement === null ? [] : [`Top-token agreement, held out: ${percent(agreement)}`]),
  ];
  return <p className="note tertiary">{notes.join(' ')}</p>;
}

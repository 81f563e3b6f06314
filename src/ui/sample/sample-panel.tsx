import { useState, type KeyboardEvent } from 'react';
import { useEngine, type Sample } from '../../store/run-store.ts';
import { useRun } from '../../store/use-run.ts';
import { setPrompt, useSettings } from '../../store/settings-store.ts';
import { percent, tokensPerSecond } from '../format/format.ts';
import { Button } from '../parts/button.tsx';
import { Panel } from '../parts/panel.tsx';
import { Segmented } from '../parts/segmented.tsx';
import { useMedia } from '../parts/use-media.ts';
import { useCommands } from '../shell/engine-context.ts';
import { firstDifference, type Rest } from './first-difference.ts';
import './sample-panel.css';

const length = 48;

/** The same prompt to the dense model and to the parent: does it still speak? */
export function SamplePanel() {
  const searching = useRun((run) => run.search !== null);
  const failure = useEngine((engine) => engine.sampleFailure);
  if (!searching) return null;
  return (
    <Panel title="Same prompt, two models" id="text" aside={<span className="note tertiary">greedy · {length} tokens</span>}>
      <PromptForm />
      <Texts />
      {failure && (
        <p className="note sample-failure" role="alert">
          {failure.what} {failure.remedy}
        </p>
      )}
    </Panel>
  );
}

function PromptForm() {
  const commands = useCommands();
  const prompt = useSettings((settings) => settings.prompt);
  const sampling = useEngine((engine) => engine.sampling);
  const ready = prompt.trim() !== '' && !sampling;
  const generate = () => ready && commands.sample(prompt, length);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') {
      event.preventDefault();
      generate();
    }
  };
  return (
    <div className="prompt">
      <input aria-label="Prompt" value={prompt} maxLength={2000} onChange={(event) => setPrompt(event.target.value)} onKeyDown={onKeyDown} />
      <Button disabled={!ready} onClick={generate}>
        {sampling ? 'Generating…' : 'Generate'}
      </Button>
    </div>
  );
}

function Texts() {
  const { dense, parent } = useEngine((engine) => engine.samples);
  const current = useRun((run) => run.search?.parent.id ?? null);
  const agreement = useRun((run) => run.quality.winner?.agreement ?? null);
  const phone = useMedia('(max-width: 599px)');
  const [shown, setShown] = useState<'dense' | 'parent'>('parent');
  if (!dense && !parent) return <p className="small tertiary sample-empty">The engine answers between two steps of the run; while it pauses, at once.</p>;
  const both = dense && parent ? firstDifference(dense.text, parent.text) : null;
  const parted = both !== null && both.rests.some((rest) => rest.word !== '');
  const columns = [
    dense && <Column key="dense" title="Dense" sample={dense} common={both?.common ?? ''} rest={both?.rests[0] ?? { word: '', after: dense.text }} marked={parted} />,
    parent && (
      <Column
        key="parent"
        title={parent.parent === current ? `Parent ${parent.parent}` : `From ${parent.parent}`}
        sample={parent}
        common={both?.common ?? ''}
        rest={both?.rests[1] ?? { word: '', after: parent.text }}
        marked={parted}
      />
    ),
  ];
  return (
    <>
      {phone && parent && <Segmented wide label="Model" value={shown} options={[{ value: 'dense', label: 'Dense' }, { value: 'parent', label: `Parent ${parent.parent}` }]} onChange={setShown} />}
      <div className="sample-columns">{phone && parent ? columns[shown === 'dense' ? 0 : 1] : columns}</div>
      {dense?.done && parent?.done && (
        <p className="note tertiary">
          {parted ? 'They part at the underlined word.' : 'Both write the same.'}
          {parent.parent !== current && ' The parent has changed since.'}
          {agreement !== null && ` Top-token agreement, held out: ${percent(agreement)}`}
        </p>
      )}
    </>
  );
}

interface ColumnProps {
  readonly title: string;
  readonly sample: Sample;
  readonly common: string;
  readonly rest: Rest;
  readonly marked: boolean;
}

function Column({ title, sample, common, rest, marked }: ColumnProps) {
  return (
    <div>
      <div className="sample-head">
        <h3>{title}</h3>
        <span className="note tertiary figures">{tokensPerSecond(sample.tokensPerSecond)}</span>
      </div>
      <p className="sample-text">
        <span className="sample-common">… {common.trimStart()}</span>
        {marked ? <mark>{rest.word}</mark> : rest.word}
        {rest.after}
      </p>
    </div>
  );
}

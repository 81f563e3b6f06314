import { useMemo } from 'react';
import type { RunResult } from '../../run/run-result.ts';
import { modelName } from '../../sources/model-ref.ts';
import { useControls } from '../../store/use-controls.ts';
import { useEngine } from '../../store/run-store.ts';
import { useIsLive, useRun } from '../../store/use-run.ts';
import { count, tokens } from '../format/format.ts';
import { CiteMenu } from '../citation/cite-menu.tsx';
import { Term } from '../glossary/term.tsx';
import { Disclosure } from '../parts/disclosure.tsx';
import { saveText } from '../parts/save-file.ts';
import { chartFile } from '../pictures/picture-name.ts';
import { CorpusTable } from '../settings/corpus-table.tsx';
import { decodeRatio, leadSentence, postVerdict, speedVerdict, verdict } from './lead-sentence.ts';
import { MeasureSpeeds } from './measure-speeds.tsx';
import { isPostTrained, resultColumns, resultCsv, type ResultColumn, type ResultSources } from './result-columns.ts';
import './results-panel.css';
import { ResultsTable } from './results-table.tsx';

const none: ResultSources['speeds'] = {};

/** The models of the run, with what was measured of them since, and of its control. */
function useColumns(result: RunResult): ResultColumn[] {
  const live = useIsLive();
  const measured = useEngine((engine) => engine.speeds);
  const search = useRun((run) => run.search);
  const { random = null } = useControls();
  return useMemo(() => resultColumns({ result, search, speeds: live ? measured : none, random }), [result, search, live, measured, random]);
}

/** Before and after, from measured values only. */
export function ResultsPanel({ result }: { readonly result: RunResult }) {
  const model = useRun((run) => run.model);
  const config = useRun((run) => run.config);
  const live = useIsLive();
  const columns = useColumns(result);
  const postTrained = useRun(({ search }) => isPostTrained({ result, search }));
  const [dense, winner] = [columns[0], columns.at(-1)];
  const times = decodeRatio(dense?.speed ?? null, winner?.speed ?? null);
  const verdicts = [config && verdict(result, { ...config, postTrained }), postVerdict(result), speedVerdict(times)].filter((sentence) => sentence !== null);
  return (
    <section className="results" aria-labelledby="results-title">
      <h2 id="results-title" className="results-lead">
        {leadSentence(model ? modelName(model.id) : 'The model', result, times, live)}
      </h2>
      <p className="results-verdict secondary">{verdicts.join(' ')}</p>
      <ResultsTable columns={columns} />
      <Note {...{ result, columns, live }} />
      <div className="results-tools">
        {live && <MeasureSpeeds measured={times !== null} />}
        <span className="panel-space" />
        <button type="button" className="link-button" onClick={() => saveText(chartFile('results', model && modelName(model.id), 'csv'), 'text/csv', [resultCsv(columns)])}>
          CSV
        </button>
        <CiteMenu />
      </div>
      <Disclosure className="results-texts" summary="What was read">
        <CorpusTable />
      </Disclosure>
    </section>
  );
}

/** How it was measured. */
function Note({ result, columns, live }: { readonly result: RunResult; readonly columns: readonly ResultColumn[]; readonly live: boolean }) {
  const speed = columns.at(-1)?.speed ?? null;
  const device = useRun((run) => run.device?.label ?? null);
  const speeds = speed && ` Speed: median of ${count(speed.runs)} runs, one sequence at a time, ${count(speed.decodeTokens)} tokens written with a KV cache.`;
  const searched = columns.some(({ key }) => key === 'searched');
  const inSearch = useRun(({ search }) => (search?.history.at(-1)?.trainedTokens ?? 0) > 0);
  return (
    <p className="note tertiary results-note">
      Held out: {tokens(result.heldOut.tokens)} tokens that the search never saw. <Term of="kl">KL</Term> is in nats a predicted token.{speeds} All in float32
      {live ? ' on this device' : device === null ? '' : `, ${device}`}. A file in fp16 has 2 bytes a parameter.
      {inSearch && ' Tokens of the search were trained by its candidates, to judge them; uniform had no training.'}
      {searched && ' Post-training leaves the shape as it is, and so its speed.'}
    </p>
  );
}

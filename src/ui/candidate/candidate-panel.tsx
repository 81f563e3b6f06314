import { X } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { RunConfig } from '../../run/run-config.ts';
import { findCandidate, type FoundCandidate } from '../../store/find-candidate.ts';
import { toggleComparing, togglePin, useComparing } from '../../store/pinned-candidates.ts';
import type { SearchState } from '../../store/run-state.ts';
import { searchAt } from '../../store/search-in-force.ts';
import { useRun } from '../../store/use-run.ts';
import type { ModulePaint } from '../levels/module-paint.ts';
import { usePaints } from '../levels/use-paints.ts';
import { candidateTitle, closeCandidate, leafCandidate } from '../module-axis/grid-rows.ts';
import { useKeys } from '../shell/use-keys.ts';
import { CandidateActions } from './candidate-actions.tsx';
import './candidate.css';
import { CompareSection } from './compare-section.tsx';
import { GenomeSection } from './genome-section.tsx';
import { lineageOf } from './lineage.ts';
import { LineageSection } from './lineage-section.tsx';
import { PendingParent } from './pending-parent.tsx';
import { SampleSection } from './sample-section.tsx';
import { SpeedSection } from './speed-section.tsx';
import { stageRows } from './stage-rows.ts';
import { StageSection } from './stage-section.tsx';
import { statusSentence } from './status-sentence.ts';

/** One candidate in full: takes the right column's place. */
export function CandidatePanel({ id }: { readonly id: string }) {
  const search = useRun((run) => run.search);
  const config = useRun((run) => run.config);
  const paints = usePaints();
  const candidate = useMemo(() => (search ? findCandidate(search, id) : null), [search, id]);
  useKeys({ close: closeCandidate, 'next-candidate': () => leafCandidate(1), 'previous-candidate': () => leafCandidate(-1) }, 'over');
  if (!search || !config || !paints || !candidate) return <Absent {...{ id, search }} />;
  return <Present {...{ candidate, search, config, paints }} />;
}

/** The title takes the focus when a candidate is opened, and keeps it while one leafs on. */
function Title({ id }: { readonly id: string }) {
  const title = useRef<HTMLHeadingElement>(null);
  const [first] = useState(id);
  useEffect(() => title.current?.focus(), []);
  return (
    <div className="candidate-title">
      <h2 ref={title} id={candidateTitle} tabIndex={-1}>
        Candidate {id}
      </h2>
      <span className="visually-hidden" role="status">
        {id !== first && `Candidate ${id}`}
      </span>
      <span className="panel-space" />
      <span className="note tertiary" aria-hidden>
        Esc
      </span>
      <button type="button" className="icon-button" aria-label="Close the candidate" onClick={closeCandidate}>
        <X size={15} aria-hidden />
      </button>
    </div>
  );
}

function Absent({ id, search }: { readonly id: string; readonly search: SearchState | null }) {
  return (
    <section className="panel candidate-head">
      <Title id={id} />
      <p className="small secondary">
        {search ? `This run has no candidate ${id} so far; it is at generation ${search.generation} of ${search.generations}.` : 'There are no candidates before the search begins.'}
      </p>
    </section>
  );
}

interface Props {
  readonly candidate: FoundCandidate;
  readonly search: SearchState;
  readonly config: RunConfig;
  readonly paints: readonly ModulePaint[];
}

function Present({ candidate, search, config, paints }: Props) {
  const comparing = useComparing();
  const run = useRun((state) => state.startedAt);
  const { fitness } = config.search;
  const rows = stageRows(search, candidate, searchAt({ config, search }, candidate.generation)?.stages ?? []);
  const line = useMemo(() => lineageOf(search, candidate), [search, candidate]);
  useKeys({ pin: () => run !== null && togglePin(run, candidate.id), compare: toggleComparing }, 'over');
  return (
    <>
      <section className="panel candidate-head">
        <Title id={candidate.id} />
        <p className="small secondary">{statusSentence(search, candidate, rows)}</p>
        <CandidateActions {...{ candidate, paints }} />
        <PendingParent />
      </section>
      <GenomeSection {...{ candidate, search, paints }} />
      <CompareSection {...{ candidate, search, paints, fitness }} strips={comparing} />
      {candidate.from !== null && <StageSection {...{ rows, fitness }} />}
      {candidate.from !== null && <LineageSection {...{ line, search, paints, fitness }} />}
      <SpeedSection candidate={candidate} />
      <SampleSection candidate={candidate} />
    </>
  );
}

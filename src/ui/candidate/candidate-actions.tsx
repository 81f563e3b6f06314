import { Download, Pin } from 'lucide-react';
import { useState } from 'react';
import type { FoundCandidate } from '../../store/find-candidate.ts';
import { mostPinned, toggleComparing, togglePin, useComparing, usePinned } from '../../store/pinned-candidates.ts';
import { useRun } from '../../store/use-run.ts';
import type { ModulePaint } from '../levels/module-paint.ts';
import { Button } from '../parts/button.tsx';
import { InfoPopover } from '../parts/info-popover.tsx';
import { saveText } from '../parts/save-file.ts';
import { genomeFile } from './genome-file.ts';
import { useAdopting } from './use-adopting.ts';

interface Props {
  readonly candidate: FoundCandidate;
  readonly paints: readonly ModulePaint[];
}

/** Pin, compare, use as parent, export. */
export function CandidateActions({ candidate, paints }: Props) {
  const comparing = useComparing();
  const run = useRun((state) => state.startedAt);
  const pinned = usePinned(run);
  const isPinned = pinned.includes(candidate.id);
  const full = !isPinned && pinned.length >= mostPinned;
  const adopting = useAdopting(candidate);
  const [asking, setAsking] = useState(false);
  return (
    <>
      <div className="candidate-actions">
        <Button aria-pressed={isPinned} disabled={full || run === null} title={full ? `${mostPinned} are pinned` : undefined} onClick={() => run !== null && togglePin(run, candidate.id)}>
          <Pin size={13} fill={isPinned ? 'currentColor' : 'none'} aria-hidden />
          {isPinned ? 'Pinned' : 'Pin'}
        </Button>
        <Button aria-pressed={comparing} onClick={toggleComparing}>
          Compare
        </Button>
        <Button disabled={adopting.reason !== null || adopting.pending} aria-expanded={asking} onClick={() => setAsking(!asking)}>
          Use as parent
        </Button>
        <span className="panel-space" />
        <ExportMenu {...{ candidate, paints }} />
      </div>
      {adopting.reason !== null && <p className="note tertiary candidate-why">{adopting.reason}</p>}
      {asking && !adopting.pending && adopting.reason === null && <Question {...{ candidate, adopting }} onClose={() => setAsking(false)} />}
    </>
  );
}

interface QuestionProps extends Pick<Props, 'candidate'> {
  readonly adopting: ReturnType<typeof useAdopting>;
  readonly onClose: () => void;
}

function Question({ candidate, adopting, onClose }: QuestionProps) {
  const parent = useRun((run) => run.search?.parent.id ?? '');
  return (
    <div className="candidate-question" role="group" aria-label="Use as parent?">
      <p>
        From the next generation on, offspring come from {candidate.id} in place of {parent}. The change is recorded. If you stop the run after it, {candidate.id} is what you get.
      </p>
      <Button
        look="primary"
        onClick={() => {
          adopting.adopt();
          onClose();
        }}
      >
        Make {candidate.id} the parent
      </Button>
      <Button onClick={onClose}>Cancel</Button>
    </div>
  );
}

function ExportMenu({ candidate, paints }: Pick<Props, 'candidate' | 'paints'>) {
  const run = useRun((state) => state);
  const trigger = (
    <Button>
      <Download size={13} aria-hidden />
      Export
    </Button>
  );
  return (
    <InfoPopover title={`Export ${candidate.id}`} trigger={trigger}>
      <p>The genome is a small file: the level of every module, what it keeps, and the settings of the run.</p>
      <Button onClick={() => saveText('darwinlm-genome.json', 'application/json', [genomeFile(run, candidate, paints)])}>Save darwinlm-genome.json</Button>
      <p>Weights are written for the model that a run ends with. For those of this candidate make it the parent, then stop the run.</p>
    </InfoPopover>
  );
}

import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { explain, type Explanation } from '../../base/explained-error.ts';
import { loadRuns } from '../../store/runs/load-runs.ts';
import { firstPins, usePins } from '../../store/runs/pins.ts';
import { useRuns } from '../../store/runs/runs-store.ts';
import type { StoredRun } from '../../store/runs/stored-run.ts';
import { toggleScale } from '../../store/display-store.ts';
import { listed } from '../format/listed.ts';
import { Button } from '../parts/button.tsx';
import { saveText } from '../parts/save-file.ts';
import { StateMark } from '../parts/state-mark.tsx';
import { DiscardSheet } from '../resume/discard-sheet.tsx';
import { resumeRun } from '../resume/resume-run.ts';
import { useResumable } from '../resume/use-resumable.ts';
import { StartProblem } from '../settings/start-problem.tsx';
import { startDraft, useWhyNotStart } from '../settings/use-start.ts';
import { useCommands } from '../shell/engine-context.ts';
import { useKeys } from '../shell/use-keys.ts';
import { go } from '../../store/view-store.ts';
import { CompareSection } from './compare-section.tsx';
import { ControlRuns } from './control-runs.tsx';
import { Differences } from './differences.tsx';
import { DropPlace, ImportButton, ImportOutcome, useImport } from './import-runs.tsx';
import { ResultsTable } from './results-table.tsx';
import { duplicateSettings, openRun, saveCsv, saveEvents } from './run-actions.ts';
import { RunList } from './run-list.tsx';
import type { RunDeed } from './run-menu.tsx';
import { curvesCsv, runsCsv } from './runs-csv.ts';
import './runs.css';
import { MakeRoom } from '../storage/make-room.tsx';
import { StorageLine } from './storage-line.tsx';
import { Structures } from './structures.tsx';
import { UndoBar } from './undo-bar.tsx';

/** Stored runs: compared, opened, exported, and the controls of the newest that was pinned. */
export function RunsPage() {
  const runs = useRuns((state) => state.runs);
  const importing = useImport();
  const [failure, setFailure] = useState<Explanation | null>(null);
  useEffect(() => {
    // Which runs are under way in other tabs may have changed since.
    loadRuns()
      .then((library) => library.refresh())
      .catch((error: unknown) => setFailure(explain(error)));
  }, []);
  return (
    <main id="main" className="page runs-page" tabIndex={-1}>
      <DropPlace importing={importing}>
        {runs?.length === 0 && <Empty />}
        {runs !== null && runs.length > 0 && <Library runs={runs} />}
        {failure && <Failure explanation={failure} />}
        <div className="runs-foot">
          {runs !== null && <StorageLine runs={runs} />}
          <span className="runs-space" />
          <ImportButton importing={importing} />
          {runs !== null && runs.length > 0 && <Button onClick={() => saveText('runs.csv', 'text/csv', [runsCsv(runs)])}>CSV</Button>}
        </div>
        <ImportOutcome importing={importing} />
      </DropPlace>
      <UndoBar />
    </main>
  );
}

function Empty() {
  const commands = useCommands();
  const why = useWhyNotStart();
  const start = () => {
    if (startDraft(commands)) go({ view: 'search', candidate: null });
  };
  return (
    <section className="runs-empty">
      <h2 className="page-title">Runs</h2>
      <p>No runs yet. Runs are stored in this browser only.</p>
      <StartProblem why={why} />
      <Button look="primary" disabled={why !== null} onClick={start}>
        Start the demo
      </Button>
    </section>
  );
}

function Library({ runs }: { readonly runs: readonly StoredRun[] }) {
  const chosen = usePins();
  const pins = useMemo(() => chosen ?? firstPins(runs), [chosen, runs]);
  const pinned = useMemo(() => pins.flatMap((id) => runs.find((run) => run.id === id) ?? []), [pins, runs]);
  const unknown = pins.filter((id) => !runs.some((run) => run.id === id));
  const { failure, sheet, onDeed } = useDeeds();
  const controlled = pinned.find(({ state, config }) => state !== 'running' && config.search.strategy === 'evolution');
  useKeys({ scale: toggleScale });
  return (
    <>
      <h2 className="visually-hidden">Runs</h2>
      {unknown.length > 0 && (
        <p className="note tertiary" role="note">
          Not in this browser: {listed(unknown)}. Runs are stored where they were made; import them to compare.
        </p>
      )}
      {pinned.length === 0 ? <p className="secondary">No run is pinned. Pin up to four in the list to lay them over each other.</p> : <Comparison {...{ pinned, runs }} />}
      <div>
        <RunList runs={runs} pins={pinned.map(({ id }) => id)} onDeed={onDeed} />
        <div role="alert">{failure && <Failure explanation={failure} />}</div>
        {sheet}
      </div>
      {controlled && <ControlRuns run={controlled} />}
      {pinned.length > 0 && (
        <div className="compare-below">
          <Structures pinned={pinned} />
          <ResultsTable pinned={pinned} />
        </div>
      )}
    </>
  );
}

function Comparison({ pinned, runs }: { readonly pinned: readonly StoredRun[]; readonly runs: readonly StoredRun[] }) {
  return (
    <div className="compare-top">
      <CompareSection pinned={pinned} all={runs} />
      <Differences pinned={pinned} />
    </div>
  );
}

/** What the menus of the list do, and what went wrong with it last. */
function useDeeds(): { readonly failure: Explanation | null; readonly sheet: ReactNode; readonly onDeed: (run: StoredRun, deed: RunDeed) => void } {
  const commands = useCommands();
  const resumable = useResumable();
  const [failure, setFailure] = useState<Explanation | null>(null);
  const [discarded, setDiscarded] = useState<string | null>(null);
  const discarding = resumable.find(({ summary }) => summary.run === discarded);
  const deeds: Readonly<Record<RunDeed, (run: StoredRun) => unknown>> = {
    open: openRun,
    resume: ({ id, config }) => resumeRun(commands, { run: id, config }),
    discard: ({ id }) => setDiscarded(id),
    again: duplicateSettings,
    events: saveEvents,
    curve: (run) => saveCsv(run, curvesCsv([run])),
    delete: async ({ id }) => (await loadRuns()).delete(id),
  };
  const act = async (run: StoredRun, deed: RunDeed): Promise<void> => {
    setFailure(null);
    try {
      await deeds[deed](run);
    } catch (error) {
      setFailure(explain(error));
    }
  };
  const sheet = discarding && <DiscardSheet run={discarding} onClose={() => setDiscarded(null)} />;
  return { failure, sheet, onDeed: (run, deed) => void act(run, deed) };
}

function Failure({ explanation }: { readonly explanation: Explanation }) {
  const { what, means, remedy } = explanation;
  return (
    <p className="small import-failure">
      <StateMark state="err" />
      <span>
        {what} {means} {remedy}
      </span>
      <MakeRoom explanation={explanation} />
    </p>
  );
}

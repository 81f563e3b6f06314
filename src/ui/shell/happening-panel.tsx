import type { Phase } from '../../run/run-events.ts';
import type { RunState } from '../../store/run-state.ts';
import { useRun } from '../../store/use-run.ts';
import { about, bytes, computeRate, count, tokens } from '../format/format.ts';
import { Facts, type Fact } from '../parts/facts.tsx';
import { Panel } from '../parts/panel.tsx';
import { CorpusTable } from '../settings/corpus-table.tsx';

const texts: Readonly<Record<Phase, string>> = {
  load: 'The files are fetched, or read from this device, checked, and handed to the device. Nothing is half-loaded: a file that is wrong is refused before anything big is allocated.',
  calibrate: 'The dense model reads text that the search will never be judged on. The inputs of each module’s output projection are summed up in a Hessian, which says what each head and channel is worth.',
  database: 'Each module is cut one head or channel at a time. After every cut the remaining weights are corrected, so the module still does what it did on the calibration text. All levels are kept, and the search will combine them.',
  search: '',
  'post-train': 'The winner of the search is trained on. Its quality on held-out text is measured on the way, and the best weights are kept.',
  evaluate: 'The dense, the uniform and the pruned model read held-out text, which the search has not seen.',
  export: 'The pruned model is written to one file. The file is then opened anew and its output compared with the model in this tab before it is offered.',
};

const timingText =
  'The target is a speed, so every size of module is now timed on this device: as many of them between embedding and head as make a model, in turns, so that whatever else the device does disturbs all alike.';

function databaseFacts(run: RunState): Fact[] {
  const fallbacks = run.log.filter(({ event }) => event.type === 'module-pruned' && event.fallbacks > 0).length;
  return [
    ...(run.phases.database.note === null ? [] : [['Now', run.phases.database.note] as const]),
    ['Calibration text', `${tokens(run.config?.calibrationTokens)} tokens`],
    ['Modules cut', `${count(run.database.modules.filter((module) => module !== null).length)} of ${count(run.database.modules.length)}`],
    ['Speed measured', computeRate(run.estimate.flops)],
    ['Pseudo-inverse needed', fallbacks === 1 ? '1 module' : `${count(fallbacks)} modules`],
    ...(run.database.bytes > 0 ? [['Database', bytes(run.database.bytes)] as const] : []),
  ];
}

/** What is happening, in a paragraph, wherever the search itself is not in view. */
export function HappeningPanel() {
  const phase = useRun((run) => (run.failure ? null : run.phase));
  const timing = useRun((run) => run.phase === 'database' && run.database.ready && run.latency === null && run.config !== null && 'speedup' in run.config.target);
  if (phase === null || phase === 'search') return null;
  return (
    <Panel title="What is happening" id="happening">
      <p className="happening-text">{timing ? timingText : texts[phase]}</p>
      {phase === 'database' && <DatabaseFacts />}
      <CorpusTable />
    </Panel>
  );
}

function DatabaseFacts() {
  const run = useRun((state) => state);
  return <Facts facts={databaseFacts(run)} />;
}

/** Stands where the curve will be. */
export function FitnessAhead() {
  const seconds = useRun((run) => (run.phase === 'database' ? run.estimate.phaseSeconds : null));
  return (
    <Panel title="Fitness">
      <p className="small secondary">The curve starts with the first generation{seconds === null ? '' : `, in ${about(seconds)}`}.</p>
    </Panel>
  );
}

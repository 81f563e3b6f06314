import { useMemo, useState } from 'react';
import { mostPins, togglePin } from '../../store/runs/pins.ts';
import { useEngine } from '../../store/run-store.ts';
import { useRuns } from '../../store/runs/runs-store.ts';
import { generationsOf, lastFitness, type StoredRun } from '../../store/runs/stored-run.ts';
import type { CheckpointSummary } from '../../worker/protocol.ts';
import { duration, missing } from '../format/format.ts';
import { fitnessFull, fitnessName } from '../module-axis/words.ts';
import { joinClasses } from '../parts/join-classes.ts';
import { useResumable } from '../resume/use-resumable.ts';
import { keyOf } from '../shell/keys.ts';
import { isActive } from '../shell/run-activity.ts';
import { isForThePage } from '../shell/shortcuts.ts';
import { lookOf } from './run-look.ts';
import './run-list.css';
import { runShape } from './run-shape.ts';
import { RunMenu, type RunDeed } from './run-menu.tsx';
import { RunName } from './run-name.tsx';
import { RunSwatch } from './run-swatch.tsx';
import { changedWords, generationWords, modelWords, settingsWord, stateWord } from './run-words.ts';
import { ShapeStrip } from './shape-strip.tsx';

interface Props {
  readonly runs: readonly StoredRun[];
  readonly pins: readonly string[];
  readonly onDeed: (run: StoredRun, deed: RunDeed) => void;
}

/** Every stored run, newest first. P pins the one that has the focus. */
export function RunList({ runs, pins, onDeed }: Props) {
  const fitness = new Set(runs.map(({ config }) => config.search.fitness));
  const [only = 'kl'] = fitness;
  const models = new Set(runs.map(({ config }) => config.model)).size > 1;
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reachable by keyboard
    <div className="run-list-scroll" role="region" aria-label="Stored runs" tabIndex={0}>
      <table className="run-list figures">
        <thead>
          <tr>
            <th scope="col">Pinned</th>
            <th scope="col">Run</th>
            <th scope="col">State</th>
            <th scope="col">Settings</th>
            <th scope="col" className="run-number">
              Seed
            </th>
            <th scope="col" className="run-number">
              Generations
            </th>
            <th scope="col" className="run-number">
              Time
            </th>
            <th scope="col" className="run-number">
              {fitness.size > 1 ? 'Fitness' : fitnessName(only)}
            </th>
            <th scope="col">Changed while running</th>
            <th scope="col">Shape: attention, MLP</th>
            <th scope="col">
              <span className="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <Row key={run.id} {...{ run, onDeed, several: fitness.size > 1, models }} pin={pins.indexOf(run.id)} full={pins.length >= mostPins} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  readonly run: StoredRun;
  /** Its place among the pinned, -1 where it is not. */
  readonly pin: number;
  readonly full: boolean;
  /** Whether the list has runs of another fitness. */
  readonly several: boolean;
  /** Whether it has runs of another model. */
  readonly models: boolean;
  readonly onDeed: Props['onDeed'];
}

function Row({ run, pin, full, several, models, onDeed }: RowProps) {
  const [renaming, setRenaming] = useState(false);
  const alive = useRuns(({ alive: ids, recording }) => run.state === 'running' && (ids.has(run.id) || recording === run.id));
  const elsewhere = useRuns(({ recording }) => alive && recording !== run.id);
  const saved = useResumable().find(({ summary }) => summary.run === run.id)?.summary ?? null;
  const shape = useMemo(() => runShape(run), [run]);
  const changed = changedWords(run);
  const value = fitnessFull(run.config.search.fitness, lastFitness(run));
  return (
    <tr
      className={joinClasses('run-row', pin >= 0 && 'run-row-pinned')}
      onKeyDown={(event) => {
        if (keyOf(event.nativeEvent) !== 'pin' || !isForThePage(event.nativeEvent)) return;
        event.preventDefault();
        togglePin(run.id);
      }}
    >
      <td className="run-pin">
        <PinButton {...{ run, pin, full }} />
      </td>
      <th scope="row" className="run-name">
        <RunName {...{ run, renaming, elsewhere }} onOpen={() => onDeed(run, 'open')} onDone={() => setRenaming(false)} />
        {models && <span className="note tertiary run-model">{modelWords(run)}</span>}
      </th>
      <td className="run-state">
        {stateWord(run, alive)}{elsewhere && ' in another tab'}
        {run.imported && <span className="tertiary">, imported</span>}
        {saved && <ResumeButton name={run.name} saved={saved} onPress={() => onDeed(run, 'resume')} />}
      </td>
      <td className="run-settings">{settingsWord(run)}</td>
      <td className="run-number" data-label="Seed">
        {String(run.config.seed)}
      </td>
      <td className="run-number" data-label="Generations">
        {generationWords(run)}
      </td>
      <td className="run-number" data-label="Time">
        {duration(run.seconds)}
      </td>
      <td className="run-number run-value" data-label={fitnessName(run.config.search.fitness)}>
        {several && generationsOf(run) > 0 ? `${fitnessName(run.config.search.fitness)} ${value}` : value}
      </td>
      <td className={joinClasses('run-changes', changed === null ? 'tertiary' : 'changed')}>{changed ?? 'none'}</td>
      <td className="run-shape">{shape.attention.length > 0 ? <ShapeStrip shape={shape} /> : missing}</td>
      <td className="run-actions">
        <RunMenu {...{ run, alive, elsewhere, onDeed }} saved={saved !== null} onRename={() => setRenaming(true)} />
      </td>
    </tr>
  );
}

/** For a run that was interrupted; where it cannot go on, why. */
function ResumeButton({ name, saved: { refused }, onPress }: { readonly name: string; readonly saved: CheckpointSummary; readonly onPress: () => void }) {
  const busy = useEngine((engine) => isActive(engine.status));
  if (refused !== null) return <span className="tertiary run-resume" title={`${refused.what} ${refused.means}`}>cannot be resumed</span>;
  return (
    <button type="button" className="link-button run-resume" aria-label={`Resume ${name}`} disabled={busy} title={busy ? 'Another run is under way here' : undefined} onClick={onPress}>
      Resume
    </button>
  );
}

function PinButton({ run, pin, full }: Pick<RowProps, 'run' | 'pin' | 'full'>) {
  const pinned = pin >= 0;
  const why = !pinned && full ? 'Four runs are pinned; take one away first' : undefined;
  return (
    <button type="button" className="pin-button" aria-pressed={pinned} aria-label={`Pin ${run.name}`} title={why ?? (pinned ? 'Take the pin away (P)' : 'Pin (P)')} aria-disabled={why !== undefined} onClick={() => togglePin(run.id)}>
      {pinned ? <RunSwatch look={lookOf(pin)} /> : <span className="pin-empty" aria-hidden />}
    </button>
  );
}

import { partOf } from '../../base/waiting.ts';
import type { RunEvent } from '../../run/run-events.ts';
import type { Engine } from '../../store/engine.ts';
import { closePlayback, openPlayback } from '../../store/playback-store.ts';
import { Playback } from '../../store/playback.ts';
import { timelineOf } from '../../store/playback-timeline.ts';
import { controlConfig, controlled } from '../../store/runs/controls.ts';
import { loadRuns } from '../../store/runs/load-runs.ts';
import { pinBeside } from '../../store/runs/pins.ts';
import { whileTold } from '../../store/runs/reading.ts';
import { runsStore } from '../../store/runs/runs-store.ts';
import type { ControlKind, StoredRun } from '../../store/runs/stored-run.ts';
import { engineStore } from '../../store/run-store.ts';
import { editDraft, setDrafting } from '../../store/settings-store.ts';
import { go } from '../../store/view-store.ts';
import { saveBlob, saveText } from '../parts/save-file.ts';
import { isActive } from '../shell/run-activity.ts';
import { controlNames } from './run-words.ts';
import { watchRun } from './watch-run.ts';

/** Of the time that opening takes, reading and checking are about so much; the rest is reducing. */
const parsingShare = 0.75;

/** Whether the run is the one that the engine holds: it is looked at live. */
export const isHere = (run: StoredRun): boolean => runsStore.getState().recording === run.id;

/** Whether another tab has it under way. */
export const isElsewhere = (run: StoredRun): boolean => run.state === 'running' && !isHere(run) && runsStore.getState().alive.has(run.id);

/** Shows a run on the search page: live where it is here, as it is stored where another tab has it, else as a recording, which can be cancelled. Throws what reading it throws. */
export async function openRun(run: StoredRun): Promise<void> {
  opening?.abort();
  if (isElsewhere(run)) return await watchRun(run);
  if (isHere(run)) closePlayback();
  else {
    const events = await readRun(run);
    if (events === null) return;
    openPlayback(new Playback({ title: run.name, events }));
  }
  go({ view: 'search', candidate: null });
}

/** The run that is being opened is no longer wanted where another is. */
let opening: AbortController | null = null;

/** The events of a run, prepared so that every place is at hand; null where the reader, or another run that is opened, ended it. */
async function readRun({ id, name }: StoredRun): Promise<readonly RunEvent[] | null> {
  const end = (opening = new AbortController());
  return await whileTold({ verb: 'Opening', name, end }, async (waiting) => {
    const events = await (await loadRuns()).events(id, partOf(waiting, 0, parsingShare));
    await timelineOf(events).prepare(partOf(waiting, parsingShare, 1));
    waiting.signal.throwIfAborted();
    return events;
  });
}

/** Copies a run's settings, as it began, into the form, which is shown also while another run is under way. */
export function duplicateSettings(run: StoredRun): void {
  editDraft(() => run.config);
  setDrafting(isActive(engineStore.getState().status));
  closePlayback();
  go({ view: 'search', candidate: null });
}

const fileName = (run: StoredRun, ending: string): string => `${run.name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '') || 'run'}${ending}`;

/** Saves what happened in a run. Throws what reading it throws. */
export async function saveEvents(run: StoredRun): Promise<void> {
  saveBlob(fileName(run, '-events.jsonl'), await (await loadRuns()).log(run.id));
}

export const saveCsv = (run: StoredRun, csv: string): void => saveText(fileName(run, '-curve.csv'), 'text/csv', [csv]);

/** Pins the next run beside `run` as soon as it is in the library. */
function pinWhenBegun(run: StoredRun): void {
  const before = runsStore.getState().recording;
  const end = runsStore.subscribe(({ planned, recording }) => {
    if (planned !== null) return;
    end();
    if (recording !== null && recording !== before) pinBeside(recording, run.id);
  });
}

/** Starts a control of a run in its place; it is pinned beside the run when it begins. */
export function startControl(commands: Engine, run: StoredRun, kind: ControlKind): void {
  const config = controlConfig(controlled(run), kind);
  if (!config) return;
  closePlayback();
  runsStore.setState({ planned: { name: `${run.name}, ${controlNames[kind]}`, origin: { id: run.id, kind } } });
  pinWhenBegun(run);
  commands.start(config);
  go({ view: 'search', candidate: null });
}

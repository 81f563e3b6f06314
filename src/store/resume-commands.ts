import type { Explanation } from '../base/explained-error.ts';
import type { RunEvent } from '../run/run-events.ts';
import type { EngineCommand, EngineMessage } from '../worker/protocol.ts';
import { checkpointStore, type Interruption } from './checkpoint-store.ts';
import { engineStore } from './run-store.ts';
import { runsStore, type Runs } from './runs/runs-store.ts';

const types = ['checkpoints', 'saved', 'resume-refused', 'restart-needed'] as const;
export type ResumeMessage = Extract<EngineMessage, { type: (typeof types)[number] }>;

const known: ReadonlySet<string> = new Set(types);
export const isResumeMessage = (message: EngineMessage): message is ResumeMessage => known.has(message.type);

type Resume = Extract<EngineCommand, { type: 'resume' }>;

/** The engine is started anew so often without the run coming further. */
const patience = 3;

/** What the page does that has the run. */
export interface RunOwner {
  /** Ends the worker, and starts another that knows what the old one was told. */
  restart(): void;
  send(command: EngineCommand): void;
  /** Starts the run of the page anew, under the same id; whether it could. */
  beginAgain(run: string): boolean;
  /** The run that was under way failed. */
  fail(explanation: Explanation): void;
  /** There is no run on the page. */
  idle(): void;
}

/** Follows what is saved of runs, and goes on with one; the only writer of the checkpoint store. */
export class ResumeCommands {
  private readonly owner: RunOwner;
  /** The last that the engine was asked for. */
  private asked: Resume | null = null;
  /** Starts of the engine since the run came further, and where it was saved then. */
  private restarts = { count: 0, at: 0 };
  private restartedFor: Resume | null = null;
  /** Checkpoints that were removed because their runs are over, or gone. */
  private readonly swept = new Set<string>();

  constructor(owner: RunOwner) {
    this.owner = owner;
    runsStore.subscribe((runs, before) => {
      if (runs.runs !== before.runs || runs.deleted !== before.deleted) this.sweep(before);
    });
  }

  /** Asks for the checkpoints of this site. */
  list(): void {
    this.owner.send({ type: 'list-checkpoints' });
  }

  /** Removes what a run could go on from; what the library has of it stays. */
  discard(run: string): void {
    void import('./storage/kept-note.ts').then(({ noteGoing }) => noteGoing('checkpoints', run));
    checkpointStore.setState(({ list, refusal }) => ({ list: list?.filter((summary) => summary.run !== run) ?? null, refusal: refusal?.run === run ? null : refusal }));
    this.owner.send({ type: 'discard-checkpoint', run });
  }

  /** A run begins that is saved under this id. */
  begin(run: string): void {
    this.asked = null;
    this.restarts = { count: 0, at: 0 };
    checkpointStore.setState({ run, saved: null, interruption: null, refusal: null });
  }

  /** Goes on with a run. `paused`: it waits to be played. */
  resume(run: string, { backend, why = 'returned', paused, stopping }: Partial<Pick<Resume, 'backend' | 'why' | 'paused' | 'stopping'>> = {}): void {
    if (why === 'returned') this.begin(run);
    this.asked = { type: 'resume', run, why, ...(backend && { backend }), ...(paused && { paused }), ...(stopping && { stopping }) };
    this.owner.send(this.asked);
  }

  /** The page has no run any more. `kept`: its checkpoint is still there. */
  end(kept: boolean): void {
    const { run } = checkpointStore.getState();
    checkpointStore.setState(({ list }) => ({ run: null, saved: null, interruption: null, list: kept ? list : (list?.filter((summary) => summary.run !== run) ?? null) }));
    this.asked = null;
    this.list();
  }

  receive(message: ResumeMessage): void {
    switch (message.type) {
      case 'checkpoints':
        return this.hearList(message);
      case 'saved':
        return this.hearSaved(message);
      case 'resume-refused':
        return this.hearRefusal(message.run, message.explanation);
      case 'restart-needed':
        if (message.run === checkpointStore.getState().run) this.restart(message.explanation);
    }
  }

  /** An event of the run on the page, as it comes. */
  hear(event: RunEvent): void {
    const { interruption } = checkpointStore.getState();
    if (event.type === 'device-lost' && event.next !== 'give-up') {
      const { kind, reason, next } = event;
      checkpointStore.setState({ interruption: { what: 'device', kind, reason, smaller: next === 'smaller', resumed: false, generation: generationNow(), count: (interruption?.count ?? 0) + 1 } });
    }
    // The end of restoring: the run itself goes on.
    else if (interruption && !interruption.resumed && isWork(event)) checkpointStore.setState({ interruption: { ...interruption, resumed: true } });
    if (event.type !== 'run-failed') return;
    checkpointStore.setState({ interruption: null }); // its failure says more
    this.list();
  }

  /** Whether a run that the engine broke down under goes on from its checkpoint, in another engine; one that had hardly begun begins again. */
  goOnAfter(explanation: Explanation): boolean {
    const { run, saved, interruption } = checkpointStore.getState();
    if (run === null) return false;
    const at = saved?.run === run && saved.savedAt !== null ? saved.at : null;
    const { status, run: state } = engineStore.getState();
    const hardlyBegun = at === null && this.asked === null && (state.phase === null || state.phase === 'load');
    if (at === null && this.asked === null && !hardlyBegun) return false;
    if (at !== null && at > this.restarts.at) this.restarts = { count: 0, at };
    if (++this.restarts.count > patience) return false;
    checkpointStore.setState({ interruption: { what: 'engine', explanation, resumed: false, generation: generationNow(), count: (interruption?.count ?? 0) + 1 } });
    if (hardlyBegun) return this.owner.beginAgain(run);
    this.resume(run, { why: 'engine-broke', paused: status === 'paused' || status === 'pausing', stopping: status === 'stopping', ...(this.asked?.backend && { backend: this.asked.backend }) });
    return true;
  }

  dismiss(): void {
    checkpointStore.setState({ interruption: null, refusal: null });
  }

  /** Another worker may be able to do what this one cannot. */
  private restart(explanation: Explanation | null): void {
    const { asked } = this;
    if (asked !== null && explanation === null) {
      // Before it began: the same again.
      if (this.restartedFor === asked) return this.hearRefusal(asked.run, noThreads);
      this.restartedFor = asked;
      this.owner.restart();
      this.owner.send(asked);
      return;
    }
    const why = explanation ?? noThreads;
    this.owner.restart();
    if (!this.goOnAfter(why)) this.owner.fail(why);
  }

  private hearList({ list, problem }: Extract<ResumeMessage, { type: 'checkpoints' }>): void {
    checkpointStore.setState(({ refusal }) => ({ list, refusal: problem ? { run: null, explanation: problem } : refusal }));
    this.sweep(runsStore.getState());
  }

  /** Removes what nobody will go on with: checkpoints of runs that came to their end, and of those deleted for good. */
  private sweep(before: Pick<Runs, 'deleted'>): void {
    const { run: mine, list } = checkpointStore.getState();
    const { runs, deleted, alive } = runsStore.getState();
    if (list === null || runs === null) return;
    for (const { run } of list) {
      const over = runs.find(({ id }) => id === run)?.state;
      const gone = before.deleted.some(({ id }) => id === run) && ![...runs, ...deleted].some(({ id }) => id === run);
      if (run === mine || alive.has(run) || this.swept.has(run) || !(gone || over === 'finished' || over === 'stopped')) continue;
      this.swept.add(run);
      this.owner.send({ type: 'discard-checkpoint', run, quiet: true });
    }
  }

  private hearSaved({ type: _type, ...saved }: Extract<ResumeMessage, { type: 'saved' }>): void {
    const { run, saved: before } = checkpointStore.getState();
    if (saved.run !== run) return;
    // What was saved last stays so where the newest state could not be.
    checkpointStore.setState({ saved: saved.problem !== null && saved.savedAt === null ? { ...saved, savedAt: before?.savedAt ?? null } : saved });
  }

  private hearRefusal(run: string, explanation: Explanation): void {
    if (checkpointStore.getState().run !== run) return;
    if (this.asked?.why === 'engine-broke') this.owner.fail(explanation);
    else {
      this.owner.idle();
      checkpointStore.setState({ run: null, saved: null });
    }
    this.asked = null;
    checkpointStore.setState({ refusal: { run, explanation } });
    this.list();
  }
}

const noThreads: Explanation = {
  what: 'The engine could not be started as it ran before.',
  means: 'The run did not go on. It stays saved as it was.',
  remedy: 'Reload the page and resume it again.',
};

const restoringTypes: ReadonlySet<RunEvent['type']> = new Set(['run-resumed', 'restoring', 'device', 'device-lost', 'warning', 'slept', 'memory']);
const isWork = ({ type }: RunEvent): boolean => !restoringTypes.has(type);

const generationNow = (): Interruption['generation'] => {
  const { phase, search } = engineStore.getState().run;
  return phase === 'search' && search !== null && search.generation > 0 ? search.generation : null;
};

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunEvent } from '../run/run-events.ts';
import type { EngineClient } from '../worker/engine-client.ts';
import type { EngineCommand, EngineMessage } from '../worker/protocol.ts';
import { checkpointStore, noCheckpoints } from './checkpoint-store.ts';
import { Engine, type RunListener } from './engine.ts';
import { initialRunState } from './initial-run-state.ts';
import { reduceRun } from './reduce-run.ts';
import { resumableRuns } from './resumable.ts';
import { engineStore, idleEngine } from './run-store.ts';
import { eventsToSearch } from './run.fixture.ts';
import { runsStore } from './runs/runs-store.ts';
import { storedRun } from './runs/runs.fixture.ts';
import { presetConfig } from './settings-store.ts';

const config = presetConfig('quick-look');
const broken: EngineMessage = { type: 'broken', explanation: { what: 'The engine broke down.', means: 'm', remedy: 'r' } };
const state = () => engineStore.getState();
const saves = () => checkpointStore.getState();

/** An engine of which the other end of the wire is in the test's hands, and what its listener heard. */
function wire() {
  const sent: EngineCommand[] = [];
  const heard: (RunEvent | readonly RunEvent[])[] = [];
  let restarts = 0;
  let say: (message: EngineMessage) => void = () => undefined;
  const client: EngineClient = {
    send: (command) => void sent.push(command),
    restart: () => void restarts++,
    subscribe: (listener) => {
      say = listener;
      return () => undefined;
    },
  };
  const listener: RunListener = { hear: (event) => void heard.push(event), resumed: (events) => void heard.push(events), cancelled: () => undefined, left: () => undefined };
  const engine = new Engine(client, listener);
  const resumes = () => sent.filter((command) => command.type === 'resume');
  return { engine, sent, heard, resumes, restarts: () => restarts, say: (message: EngineMessage) => say(message) };
}

const told = (events: readonly RunEvent[]): EngineMessage => ({ type: 'events', events });
const resumed = (events: number, why: 'returned' | 'device-lost' | 'engine-broke' = 'device-lost'): RunEvent => ({ type: 'run-resumed', events, why, resumedAt: '2026-01-01T00:00:00.000Z', at: 5 });

/** A run that was saved when it had told `events`. */
function begun(events: readonly RunEvent[], at = 3) {
  const wired = wire();
  wired.engine.start(config);
  const run = saves().run ?? expect.fail();
  wired.say(told(events));
  const save = (seconds: number): void => wired.say({ type: 'saved', run, at: seconds, savedAt: '2026-01-01T00:00:00.000Z', bytes: 10, problem: null });
  save(at);
  return { ...wired, run, save };
}

beforeEach(() => {
  vi.useFakeTimers();
  engineStore.setState(idleEngine, true);
  checkpointStore.setState(noCheckpoints, true);
});
afterEach(() => void vi.useRealTimers());

describe('a device that was lost', () => {
  it('takes back what was not saved, wherever it was kept, and goes on', async () => {
    const { engine, say, heard } = begun(eventsToSearch);
    say(told([{ type: 'device-lost', kind: 'lost', reason: 'driver reset', losses: 1, next: 'again', at: 4 }]));
    expect(saves().interruption).toMatchObject({ what: 'device', reason: 'driver reset', resumed: false });
    const marker = resumed(12);
    const rest = eventsToSearch.slice(12);
    say(told([marker, { type: 'restoring', done: 1, total: 4, unit: 'modules', at: 5 }, ...rest]));
    say({ type: 'status', status: 'paused' });
    await vi.runAllTimersAsync();
    const inForce = [...eventsToSearch.slice(0, 12), marker];
    expect(heard).toContainEqual(inForce);
    expect(engine.archive.count).toBe(eventsToSearch.length + 2);
    const expected = reduceRun(initialRunState, [...inForce, ...rest]);
    expect(state()).toMatchObject({ status: 'paused', run: { search: expected.search, restoring: null } });
    expect(state().run.search?.history).toEqual(reduceRun(initialRunState, eventsToSearch).search?.history);
    expect(saves().interruption).toMatchObject({ resumed: true });
  });

  it('shows what is made ready again until the run itself goes on', async () => {
    const { say } = begun(eventsToSearch);
    say(told([resumed(12), { type: 'restoring', done: 1, total: 4, unit: 'modules', at: 5 }]));
    await vi.advanceTimersByTimeAsync(500);
    expect(state().run.restoring).toEqual({ why: 'device-lost', done: 1, total: 4, unit: 'modules', note: null });
  });
});

describe('an engine that broke down', () => {
  it('is started again, and the run goes on from where it was saved', () => {
    const { say, resumes, run } = begun(eventsToSearch);
    say(broken);
    expect(resumes()).toEqual([{ type: 'resume', run, why: 'engine-broke' }]);
    expect(state()).toMatchObject({ status: 'running', run: { failure: null } });
    expect(saves().interruption).toMatchObject({ what: 'engine', resumed: false, generation: 2 });
  });

  it('stays paused where it was paused', () => {
    const { say, resumes } = begun(eventsToSearch);
    say({ type: 'status', status: 'paused' });
    say(broken);
    expect(resumes()).toMatchObject([{ paused: true }]);
  });

  it('is stopped all the same where it was asked to stop', () => {
    const { say, resumes } = begun(eventsToSearch);
    say({ type: 'status', status: 'stopping' });
    say(broken);
    expect(resumes()).toMatchObject([{ stopping: true }]);
  });

  it('is given up after three times without the run coming further', () => {
    const { say, resumes, save, heard } = begun(eventsToSearch);
    say(broken);
    say(broken);
    save(9);
    for (let time = 0; time < 3; time++) say(broken);
    expect(resumes()).toHaveLength(5);
    expect(state().status).toBe('running');
    say(broken);
    expect(resumes()).toHaveLength(5);
    expect(state()).toMatchObject({ status: 'failed', run: { failure: { what: 'The engine broke down.' } } });
    expect(heard.at(-1)).toMatchObject({ type: 'run-failed' });
  });

  it('begins again, three times, where it had hardly begun', () => {
    const { engine, say, sent } = wire();
    engine.start(config);
    const start = sent.at(-1);
    expect(start).toMatchObject({ type: 'start', run: saves().run });
    for (let time = 0; time < 3; time++) say(broken);
    expect(sent.filter(({ type }) => type === 'start')).toEqual([start, start, start, start]);
    expect(state()).toMatchObject({ status: 'running', run: { config } });
    say(broken);
    expect(state().status).toBe('failed');
  });

  it('fails at once where nothing is saved of what was done', () => {
    const { engine, say, resumes } = wire();
    engine.start(config);
    say(told(eventsToSearch));
    say({ type: 'saved', run: saves().run ?? '', at: 0, savedAt: null, bytes: 0, problem: { what: 'no files', means: '', remedy: '' } });
    say(broken);
    expect(resumes()).toEqual([]);
    expect(state().status).toBe('failed');
  });

  it('is started again where only another can open the device', () => {
    const { say, run, resumes, restarts } = begun(eventsToSearch);
    say({ type: 'restart-needed', run, explanation: { what: 'stuck', means: '', remedy: '' } });
    expect([restarts(), resumes().length]).toEqual([1, 1]);
  });
});

describe('a run that somebody comes back to', () => {
  it('shows what was saved at once when all of it is there, and is stored as that', async () => {
    const { engine, say, heard, sent } = wire();
    engine.resume('abc', config);
    expect(sent.at(-1)).toEqual({ type: 'resume', run: 'abc', why: 'returned' });
    expect(state()).toMatchObject({ status: 'running', run: { config, restoring: { done: 0 } } });
    say({ type: 'status', status: 'failed' }); // of the run before
    say({ type: 'log-in-force', run: 'abc', events: eventsToSearch.slice(0, 9) });
    say({ type: 'log-in-force', run: 'abc', events: eventsToSearch.slice(9) });
    expect(state()).toMatchObject({ status: 'running', run: { search: null } });
    const marker = resumed(eventsToSearch.length, 'returned');
    say(told([marker]));
    await vi.runAllTimersAsync();
    expect(heard).toEqual([[...eventsToSearch, marker]]);
    expect(state().run.search?.generation).toBe(2);
  });

  it('starts over in another engine where this one cannot have as many threads, once', () => {
    const { engine, say, restarts, resumes } = wire();
    engine.resume('abc', config);
    say({ type: 'restart-needed', run: 'abc', explanation: null });
    expect([restarts(), resumes().length]).toEqual([1, 2]);
    say({ type: 'restart-needed', run: 'abc', explanation: null });
    expect([restarts(), resumes().length]).toEqual([1, 2]);
    expect(saves().refusal?.run).toBe('abc');
  });

  it('is told why it cannot go on, and the page is as before', () => {
    const { engine, say } = wire();
    engine.resume('abc', config, 'wasm');
    const explanation = { what: 'Another tab of this page has this run.', means: '', remedy: '' };
    say({ type: 'resume-refused', run: 'abc', explanation });
    expect(state()).toEqual(idleEngine);
    expect(saves()).toMatchObject({ run: null, refusal: { run: 'abc', explanation } });
  });

  it('leaves it where it is saved when that is cancelled, and hears no more of it', () => {
    const { engine, say, sent } = wire();
    engine.resume('abc', config);
    engine.leave();
    say({ type: 'log-in-force', run: 'abc', events: eventsToSearch });
    say(told([resumed(eventsToSearch.length, 'returned')]));
    expect(state()).toEqual(idleEngine);
    expect(sent).toContainEqual({ type: 'cancel', keep: true });
  });
});

it('removes the checkpoints of runs that came to their end, once, and keeps the others', () => {
  const { say, sent } = wire();
  const summary = { startedAt: null, savedAt: null, config: null, model: null, phase: null, generation: 0, generations: 0, at: 0, bytes: 1, backend: null, threads: null, refused: null };
  runsStore.setState({ runs: [storedRun('over'), { ...storedRun('cut'), state: 'running' }], alive: new Set() });
  const list: EngineMessage = { type: 'checkpoints', list: ['over', 'cut', 'unknown'].map((run) => ({ ...summary, run })), problem: null };
  say(list);
  say(list);
  expect(sent).toEqual([{ type: 'discard-checkpoint', run: 'over', quiet: true }]);
  expect(resumableRuns(saves(), runsStore.getState()).map((run) => [run.summary.run, run.stored?.name])).toEqual([['cut', 'cut'], ['unknown', undefined]]);
});

describe('an engine that does not answer', () => {
  const minutes = 60_000;

  it('is asked, and told as silent until it says something', () => {
    const { sent, say } = begun(eventsToSearch);
    vi.advanceTimersByTime(2 * minutes);
    expect(sent.filter(({ type }) => type === 'ping')).toHaveLength(1);
    expect(state().silentSince).not.toBeNull();
    say({ type: 'pong' });
    expect(state()).toMatchObject({ silentSince: null, status: 'running' });
  });

  it('is replaced by another, in which the run goes on', () => {
    const { engine, resumes, restarts, run, say } = begun(eventsToSearch);
    vi.advanceTimersByTime(2 * minutes);
    engine.startAnew();
    expect(restarts()).toBe(1);
    expect(state()).toMatchObject({ silentSince: null, status: 'running' });
    expect(resumes()).toEqual([{ type: 'resume', run, why: 'engine-broke' }]);
    expect(saves().interruption).toMatchObject({ what: 'engine', explanation: { what: expect.stringContaining('no longer answered') } });
    say({ type: 'opened' });
    vi.advanceTimersByTime(2 * minutes);
    expect(state().silentSince).not.toBeNull();
  });

  it('is ended with its run, of which the checkpoint is removed by another', () => {
    const { engine, sent, restarts, run } = begun(eventsToSearch);
    vi.advanceTimersByTime(2 * minutes);
    engine.cancel();
    expect(restarts()).toBe(1);
    expect(sent.filter(({ type }) => type === 'cancel' || type === 'discard-checkpoint')).toEqual([{ type: 'discard-checkpoint', run }]);
    expect(state()).toMatchObject({ silentSince: null, status: 'idle' });
  });

  it('is ended when its run is left, which stays saved', () => {
    const { engine, sent, restarts } = begun(eventsToSearch);
    vi.advanceTimersByTime(2 * minutes);
    engine.leave();
    expect(restarts()).toBe(1);
    expect(sent.filter(({ type }) => type === 'cancel' || type === 'discard-checkpoint')).toEqual([]);
    expect(state()).toMatchObject({ silentSince: null, status: 'idle' });
  });
});

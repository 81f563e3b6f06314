import { beforeEach, describe, expect, it } from 'vitest';
import type { SearchSettingsChanges } from '../run/run-config.ts';
import { initialRunState } from './initial-run-state.ts';
import { reduceRun } from './reduce-run.ts';
import { eventsToSearch } from './run.fixture.ts';
import { engineStore, idleEngine } from './run-store.ts';
import { apart, noEdits } from './edits.ts';
import { redoSteering, steer, steeringStore, undoSteering, wantedSettings } from './steering.ts';

const run = reduceRun(initialRunState, eventsToSearch);
const pending = () => engineStore.getState().pending;
const wanted = () => wantedSettings(engineStore.getState());

/** As the engine does it. */
const engine = {
  tune: (changes: SearchSettingsChanges) => engineStore.setState((state) => ({ pending: { ...state.pending, ...changes } })),
  untune: () => engineStore.setState({ pending: null }),
};

/** A generation begins: what was pending is in force. */
function begin(generation: number): void {
  const after = pending();
  engineStore.setState((state) => ({
    pending: null,
    run: after ? reduceRun(state.run, [{ type: 'settings-changed', generation, before: {}, after, at: 100 }]) : state.run,
  }));
}

const later = () => steeringStore.setState(({ edits }) => ({ edits: apart(edits) }));

beforeEach(() => {
  engineStore.setState({ ...idleEngine, run, status: 'running' });
  steeringStore.setState({ run: null, edits: noEdits });
});

describe('steering a run', () => {
  it('asks for what differs from what is in force, and for nothing where it does not', () => {
    steer(engine, { maxFlips: 4, offspring: 4 });
    expect(pending()).toEqual({ maxFlips: 4 });
    steer(engine, { maxFlips: 1 });
    expect(pending()).toBeNull();
  });

  it('takes back what waits, step by step, and does it again', () => {
    steer(engine, { maxFlips: 4 });
    later();
    steer(engine, { learningRate: 1e-5, attentionShare: 0.2 });
    expect(undoSteering(engine)).toBe(true);
    expect(pending()).toEqual({ maxFlips: 4 });
    expect(undoSteering(engine)).toBe(true);
    expect(pending()).toBeNull();
    expect(undoSteering(engine)).toBe(false);
    redoSteering(engine);
    redoSteering(engine);
    expect(pending()).toEqual({ maxFlips: 4, learningRate: 1e-5, attentionShare: 0.2 });
    expect(redoSteering(engine)).toBe(false);
  });

  it('can undo what a button took back, however quickly it was pressed', () => {
    steer(engine, { maxFlips: 4 });
    steer(engine, { maxFlips: 1 }, true);
    expect(pending()).toBeNull();
    undoSteering(engine);
    expect(pending()).toEqual({ maxFlips: 4 });
  });

  it('takes back what is in force by a change of its own', () => {
    steer(engine, { maxFlips: 4 });
    begin(3);
    expect(wanted()?.maxFlips).toBe(4);
    expect(undoSteering(engine)).toBe(true);
    expect(pending()).toEqual({ maxFlips: 1 });
    begin(4);
    expect(wanted()?.maxFlips).toBe(1);
    redoSteering(engine);
    expect(pending()).toEqual({ maxFlips: 4 });
  });

  it('never ends a search that has gone beyond its first end', () => {
    steer(engine, { generations: 50 });
    begin(2);
    engineStore.setState((state) => ({ run: { ...state.run, search: state.run.search && { ...state.run.search, generation: 30 } } }));
    undoSteering(engine);
    expect(pending()).toEqual({ generations: 30 });
  });

  it('asks nothing of a search that is over', () => {
    steer(engine, { maxFlips: 4 });
    begin(3);
    engineStore.setState((state) => ({ run: { ...state.run, search: state.run.search && { ...state.run.search, finished: true } } }));
    expect(undoSteering(engine)).toBe(false);
    expect(pending()).toBeNull();
  });

  it('knows nothing of another run', () => {
    steer(engine, { maxFlips: 4 });
    engineStore.setState((state) => ({ pending: null, run: { ...state.run, startedAt: '2027-01-01T00:00:00.000Z' } }));
    expect(undoSteering(engine)).toBe(false);
    engineStore.setState(idleEngine);
    steer(engine, { maxFlips: 4 });
    expect(pending()).toBeNull();
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EngineClient } from '../worker/engine-client.ts';
import type { EngineCommand, EngineMessage } from '../worker/protocol.ts';
import { Engine } from './engine.ts';
import { engineStore, idleEngine } from './run-store.ts';
import { eventsToSearch } from './run.fixture.ts';
import { presetConfig } from './settings-store.ts';

/** The other end of the wire: what was sent, and a way to answer. */
function wire() {
  const sent: EngineCommand[] = [];
  let listener: (message: EngineMessage) => void = () => undefined;
  const client: EngineClient = {
    send: (command) => void sent.push(command),
    restart: () => undefined,
    subscribe: (added) => {
      listener = added;
      return () => undefined;
    },
  };
  return { sent, client, say: (message: EngineMessage) => listener(message) };
}

const config = presetConfig('quick-look');
const state = () => engineStore.getState();

describe('Engine', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    engineStore.setState(idleEngine, true);
  });
  afterEach(() => void vi.useRealTimers());

  it('publishes events at most four times a second', () => {
    const { client, say } = wire();
    const engine = new Engine(client);
    engine.start(config);
    vi.advanceTimersByTime(1000);
    const seen = vi.fn<() => void>();
    const end = engineStore.subscribe(seen);
    for (const event of eventsToSearch) {
      say({ type: 'events', events: [event] });
      vi.advanceTimersByTime(20);
    }
    vi.advanceTimersByTime(250);
    end();
    expect(state().run.search?.generation).toBe(2);
    expect(seen.mock.calls.length).toBeLessThanOrEqual(Math.ceil((eventsToSearch.length * 20) / 250) + 1);
    expect(engine.archive.count).toBe(eventsToSearch.length);
  });

  it('has taken in every event before a status that came after them', () => {
    const { client, say } = wire();
    new Engine(client).start(config);
    say({ type: 'events', events: eventsToSearch.slice(0, 3) });
    say({ type: 'events', events: eventsToSearch.slice(3) });
    say({ type: 'status', status: 'paused' });
    expect(state()).toMatchObject({ status: 'paused', run: { search: { generation: 2 } } });
  });

  it('shows a change as pending at once, and takes the engine’s word after', () => {
    const { client, say, sent } = wire();
    const engine = new Engine(client);
    engine.tune({ maxFlips: 4 });
    engine.tune({ offspring: 8 });
    expect(state().pending).toEqual({ maxFlips: 4, offspring: 8 });
    say({ type: 'pending', changes: { offspring: 8 }, parent: null });
    expect(state().pending).toEqual({ offspring: 8 });
    engine.untune();
    expect(state().pending).toBeNull();
    expect(sent.map((command) => command.type)).toEqual(['tune', 'tune', 'untune']);
  });

  it('shows a chosen parent as pending at once, and takes the engine’s word after', () => {
    const { client, say, sent } = wire();
    const engine = new Engine(client);
    engine.adopt({ id: '2.03', genome: [1, 2] });
    expect(state().pendingParent).toBe('2.03');
    say({ type: 'pending', changes: null, parent: null });
    expect(state().pendingParent).toBeNull();
    engine.adopt({ id: '2.04', genome: [2, 1] });
    engine.unadopt();
    expect(state().pendingParent).toBeNull();
    expect(sent).toEqual([{ type: 'adopt', id: '2.03', genome: [1, 2] }, { type: 'adopt', id: '2.04', genome: [2, 1] }, { type: 'unadopt' }]);
  });

  it('does not listen to a cancelled run, and does to the next', () => {
    const { client, say } = wire();
    const engine = new Engine(client);
    engine.start(config);
    say({ type: 'events', events: eventsToSearch.slice(0, 6) });
    engine.measureSpeed([{ which: 'dense' }]);
    engine.cancel();
    say({ type: 'events', events: eventsToSearch.slice(6) });
    say({ type: 'status', status: 'finished' });
    say({ type: 'pending', changes: { maxFlips: 2 }, parent: null });
    vi.advanceTimersByTime(500);
    expect(state()).toEqual(idleEngine);
    engine.start(config);
    say({ type: 'events', events: eventsToSearch });
    vi.advanceTimersByTime(500);
    expect(state().run.search?.generation).toBe(2);
  });

  it('ends a run, a sample and a download that the engine broke down under, and keeps what was found', async () => {
    const { client, say } = wire();
    const engine = new Engine(client);
    engine.start(config);
    say({ type: 'events', events: eventsToSearch });
    engine.sample({ subjects: [{ which: 'dense' }], prompt: 'Once', tokens: 8, temperature: 0, topP: 1, seed: 1, chat: false });
    const file = engine.exports.fetchFile('model.onnx');
    const explanation = { what: 'The engine broke down.', means: 'Out of memory.', remedy: 'Start another run.' };
    say({ type: 'broken', explanation });
    await expect(file).resolves.toBeNull();
    expect(state()).toMatchObject({ status: 'failed', sampling: false, sampleFailure: explanation, run: { failure: explanation, search: { generation: 2 } } });
    engine.start(config);
    expect(state()).toMatchObject({ status: 'running', run: { failure: null } });
  });

  it('leaves a finished run as it is when the engine breaks down afterwards', () => {
    const { client, say } = wire();
    new Engine(client).start(config);
    say({ type: 'events', events: eventsToSearch });
    say({ type: 'status', status: 'finished' });
    say({ type: 'broken', explanation: { what: 'w', means: 'm', remedy: 'r' } });
    expect(state()).toMatchObject({ status: 'finished', probeFailure: { what: 'w' }, run: { failure: null } });
  });

  it('writes the archive one event a line', () => {
    const { client, say } = wire();
    const engine = new Engine(client);
    say({ type: 'events', events: eventsToSearch });
    say({ type: 'status', status: 'running' });
    const lines = [...engine.archive.lines()].join('').trimEnd().split('\n');
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual(eventsToSearch);
  });
});

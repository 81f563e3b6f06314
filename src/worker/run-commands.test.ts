import { describe, expect, it } from 'vitest';
import { ActiveClock } from '../run/active-clock.ts';
import { RunControl } from '../run/run-control.ts';
import type { RunEvent } from '../run/run-events.ts';
import type { EngineMessage } from './protocol.ts';
import { isRunCommand, Openings, tellRun } from './run-commands.ts';
import { RunDriver } from './run-driver.ts';

/** A run that says nothing for itself. */
function quietRun() {
  async function* events(): AsyncGenerator<RunEvent, void> {
    await new Promise<never>(() => undefined);
    yield* [];
  }
  const messages: EngineMessage[] = [];
  const driver = new RunDriver(events(), new RunControl(), new ActiveClock(), (message) => messages.push(message));
  return { driver, messages };
}

describe('tellRun', () => {
  it('plays, pauses and stops', () => {
    const { driver, messages } = quietRun();
    tellRun(driver, { type: 'play' });
    tellRun(driver, { type: 'pause' });
    tellRun(driver, { type: 'stop' });
    expect(messages.map((message) => message.type === 'status' && message.status)).toEqual(['running', 'pausing', 'stopping']);
    expect(driver.control.stopRequested).toBe(true);
  });

  it('answers every change of plans by what waits', () => {
    const { driver, messages } = quietRun();
    tellRun(driver, { type: 'tune', changes: { maxFlips: 3 } });
    tellRun(driver, { type: 'adopt', id: '2.03', genome: [1, 2] });
    tellRun(driver, { type: 'untune' });
    tellRun(driver, { type: 'unadopt' });
    expect(messages).toEqual([
      { type: 'pending', changes: { maxFlips: 3 }, parent: null },
      { type: 'pending', changes: { maxFlips: 3 }, parent: '2.03' },
      { type: 'pending', changes: null, parent: '2.03' },
      { type: 'pending', changes: null, parent: null },
    ]);
  });

  it('warns of a change that cannot be', () => {
    const { driver, messages } = quietRun();
    tellRun(driver, { type: 'tune', changes: { maxFlips: -1 } });
    expect(messages).toMatchObject([{ type: 'events', events: [{ type: 'warning' }] }, { type: 'pending', changes: null }]);
  });
});

describe('Openings', () => {
  it('keep what each run is told until it is there, and nothing else', () => {
    const openings = new Openings();
    expect(openings.keep({ type: 'pause' })).toBe(false);
    openings.add();
    expect(openings.keep({ type: 'pause' })).toBe(true);
    openings.add();
    openings.keep({ type: 'step', until: 'stage' });
    openings.keep({ type: 'stop' });
    expect(openings.take()).toEqual([{ type: 'pause' }]);
    expect(openings.take()).toEqual([{ type: 'step', until: 'stage' }, { type: 'stop' }]);
    expect(openings.take()).toEqual([]);
    expect(openings.keep({ type: 'play' })).toBe(false);
  });

  it('are of commands to a run alone', () => {
    expect(isRunCommand({ type: 'pause' })).toBe(true);
    expect(isRunCommand({ type: 'cancel' })).toBe(false);
  });
});

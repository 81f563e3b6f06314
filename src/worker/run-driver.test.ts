import { describe, expect, it } from 'vitest';
import { ActiveClock } from '../run/active-clock.ts';
import { RunControl } from '../run/run-control.ts';
import type { RunEvent } from '../run/run-events.ts';
import type { EngineMessage, EngineStatus } from './protocol.ts';
import { RunDriver } from './run-driver.ts';

const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

/** Stages of one step each, until the control asks to stop; `freed` tells that the generator was ended. */
function drive(stages: number) {
  const control = new RunControl();
  const messages: EngineMessage[] = [];
  let freed = false;
  async function* events(): AsyncGenerator<RunEvent, void> {
    try {
      for (let stage = 0; stage < stages && !control.stopRequested; stage++) {
        yield { type: 'candidate-measured', generation: 1, stage, id: '1.01', fitness: 1, at: stage };
        yield { type: 'stage-finished', generation: 1, stage, survivors: ['1.01'], eliminated: [], at: stage };
        await tick();
      }
      yield { type: 'run-failed', explanation: { what: 'the end', means: '', remedy: '' }, at: stages };
    } finally {
      freed = true;
    }
  }
  const driver = new RunDriver(events(), control, new ActiveClock(), (message) => messages.push(message));
  const seen = (): RunEvent[] => messages.flatMap((message) => (message.type === 'events' ? message.events : []));
  const statuses = (): EngineStatus[] => messages.flatMap((message) => (message.type === 'status' ? [message.status] : []));
  const until = async (status: EngineStatus): Promise<void> => {
    while (statuses().at(-1) !== status) await tick();
  };
  return { driver, control, seen, statuses, until, freed: () => freed };
}

describe('RunDriver', () => {
  it('steps to the end of a stage and rests there', async () => {
    const { driver, seen, until, statuses } = drive(3);
    driver.step();
    await until('paused');
    expect(seen().map(({ type }) => type)).toEqual(['candidate-measured', 'stage-finished']);
    driver.step();
    await until('paused');
    expect(seen()).toHaveLength(4);
    expect(statuses()).toEqual(['running', 'paused', 'running', 'paused']);
  });

  it('pauses after the current event and goes on where it was', async () => {
    const { driver, seen, until } = drive(50);
    driver.play();
    await tick();
    driver.pause();
    await until('paused');
    const paused = seen().length;
    await tick();
    await tick();
    expect(seen()).toHaveLength(paused);
    driver.play();
    await until('failed');
    expect(seen()).toHaveLength(101);
  });

  it('stops by letting the run come to its end', async () => {
    const { driver, control, until, seen } = drive(1000);
    driver.play();
    await tick();
    driver.stop();
    await until('failed');
    expect(control.stopRequested).toBe(true);
    expect(seen().length).toBeLessThan(200);
  });

  it('frees what a run holds when it is released, and says no more', async () => {
    const { driver, freed, statuses } = drive(1000);
    driver.play();
    await tick();
    await driver.release();
    const said = statuses().length;
    await tick();
    await tick();
    expect(freed()).toBe(true);
    expect(statuses()).toHaveLength(said);
  });

  it('pulls nothing while somebody holds the run', async () => {
    const { driver, seen, until } = drive(4);
    let letGo = (): void => {};
    const held = driver.whileHeld(() => new Promise<void>((resolve) => (letGo = resolve)));
    driver.play();
    await tick();
    await tick();
    expect(seen().length).toBeLessThanOrEqual(1);
    letGo();
    await held;
    await until('failed');
    expect(seen()).toHaveLength(9);
  });

  it('tells of a run that throws as of one that failed', async () => {
    const messages: EngineMessage[] = [];
    async function* events(): AsyncGenerator<RunEvent, void> {
      yield { type: 'warning', explanation: { what: 'so far', means: '', remedy: '' }, at: 0 };
      throw new RangeError('out of memory');
    }
    new RunDriver(events(), new RunControl(), new ActiveClock(), (message) => messages.push(message)).play();
    while (messages.at(-1)?.type !== 'status' || messages.length < 3) await tick();
    expect(messages.at(-1)).toEqual({ type: 'status', status: 'failed' });
    expect(JSON.stringify(messages)).toContain('out of memory');
  });
});

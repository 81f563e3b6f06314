import { describe, expect, it, vi } from 'vitest';
import { ActiveClock } from '../run/active-clock.ts';
import { parseRunConfig } from '../run/parse-config.ts';
import { RunControl } from '../run/run-control.ts';
import type { RunEvent } from '../run/run-events.ts';
import type { EngineMessage, EngineStatus } from './protocol.ts';
import { RunDriver } from './run-driver.ts';

const presetRun = parseRunConfig({ version: 1 });
const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

const parent = { id: '0.00', genome: [], size: 1 };

/** Stages of one step each, so many in a generation, until the control asks to stop; `freed` tells that the generator was ended. */
function drive(stages: number, inGeneration = Infinity) {
  const control = new RunControl();
  const messages: EngineMessage[] = [];
  const clock = new ActiveClock();
  let freed = false;
  let begun = 0;
  async function* events(): AsyncGenerator<RunEvent, void> {
    begun++;
    try {
      for (let stage = 0; stage < stages && !control.stopRequested; stage++) {
        yield { type: 'candidate-measured', generation: 1, stage, id: '1.01', fitness: 1, at: stage };
        yield { type: 'stage-finished', generation: 1, stage, survivors: ['1.01'], eliminated: [], at: stage };
        if ((stage + 1) % inGeneration === 0) {
          yield { type: 'generation-finished', generation: 1, parent, fitness: 1, previousParentFitness: 1, replaced: false, forwardTokens: 0, trainedTokens: 0, at: stage };
        }
        await tick();
      }
      yield { type: 'run-failed', explanation: { what: 'the end', means: '', remedy: '' }, at: stages };
    } finally {
      freed = true;
    }
  }
  const driver = new RunDriver(events(), control, clock, (message) => messages.push(message));
  const seen = (): RunEvent[] => messages.flatMap((message) => (message.type === 'events' ? message.events : []));
  const statuses = (): EngineStatus[] => messages.flatMap((message) => (message.type === 'status' ? [message.status] : []));
  const until = async (status: EngineStatus): Promise<void> => {
    while (statuses().at(-1) !== status) await tick();
  };
  return { driver, control, clock, seen, statuses, until, freed: () => freed, pulled: () => begun };
}

describe('RunDriver', () => {
  it('steps to the end of a stage and rests there', async () => {
    const { driver, seen, until, statuses } = drive(3);
    driver.step('stage');
    await until('paused');
    expect(seen().map(({ type }) => type)).toEqual(['candidate-measured', 'stage-finished']);
    driver.step('stage');
    await until('paused');
    expect(seen()).toHaveLength(4);
    expect(statuses()).toEqual(['running', 'paused', 'running', 'paused']);
  });

  it('steps over stages to the end of the generation', async () => {
    const { driver, seen, until } = drive(5, 2);
    driver.step('generation');
    await until('paused');
    expect(seen().map(({ type }) => type)).toEqual(['candidate-measured', 'stage-finished', 'candidate-measured', 'stage-finished', 'generation-finished']);
    driver.step('stage');
    await until('paused');
    expect(seen().at(-1)).toMatchObject({ type: 'stage-finished', stage: 2 });
    driver.step('generation');
    await until('paused');
    expect(seen().at(-1)).toMatchObject({ type: 'generation-finished', at: 3 });
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
    const { driver, seen, until, pulled } = drive(4);
    let letGo = (): void => {};
    const held = driver.whileHeld(() => new Promise<void>((resolve) => (letGo = resolve)));
    driver.play();
    await tick();
    await tick();
    expect(pulled()).toBe(0); // not even the first after a rest
    letGo();
    await held;
    await until('failed');
    expect(seen()).toHaveLength(9);
  });

  it('does not count as its own the time that somebody holds it', async () => {
    const { driver, clock } = drive(1000);
    driver.play();
    await driver.whileHeld(async () => {
      await tick(); // the loop comes to wait
      const { seconds } = clock;
      await tick();
      expect(clock.seconds).toBe(seconds);
    });
    await driver.release();
  });

  it('says that nothing waits any longer when the search is over', async () => {
    const control = new RunControl();
    const messages: EngineMessage[] = [];
    async function* events(): AsyncGenerator<RunEvent, void> {
      yield { type: 'search-finished', winner: parent, fitness: 1, stopped: true, at: 0 };
      yield { type: 'run-failed', explanation: { what: 'the end', means: '', remedy: '' }, at: 0 };
    }
    const driver = new RunDriver(events(), control, new ActiveClock(), (message) => messages.push(message));
    control.adopt({ id: '1.01', genome: [] });
    control.tune({ generations: 9 });
    driver.play();
    while (messages.at(-1)?.type !== 'status' || messages.length < 3) await tick();
    expect(messages).toContainEqual({ type: 'pending', changes: null, parent: null });
  });

  it('lets the pull under way end before the models are used', async () => {
    const { driver, seen } = drive(4);
    driver.play();
    const atOnce = seen().length;
    await driver.whileHeld(async () => {
      driver.pause(); // so that what has come goes out
    });
    await tick();
    expect(atOnce).toBe(0);
    expect(seen()).toHaveLength(1);
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

  it('leaves a run whose onnxruntime broke to another worker, and says nothing more of it', async () => {
    const broke = vi.fn<(error: unknown) => void>();
    vi.stubGlobal('reportError', broke); // which Node lacks
    const messages: EngineMessage[] = [];
    const trap = new WebAssembly.RuntimeError('memory access out of bounds');
    // oxlint-disable-next-line require-yield
    async function* events(): AsyncGenerator<RunEvent, void> {
      throw trap;
    }
    const driver = new RunDriver(events(), new RunControl(), new ActiveClock(), (message) => messages.push(message));
    driver.play();
    await vi.waitFor(() => expect(broke).toHaveBeenCalledWith(trap));
    await tick();
    vi.unstubAllGlobals();
    expect(messages).toEqual([{ type: 'status', status: 'running' }]);
  });

  it('pulls nothing and counts no time while the page is frozen, and tells of the sleep', async () => {
    const { driver, clock, seen, until } = drive(1000);
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      driver.play();
      await tick();
      driver.freeze();
      await tick();
      await tick();
      const [events, seconds] = [driver, clock.seconds];
      await tick();
      await tick();
      expect(clock.seconds).toBe(seconds);
      vi.setSystemTime(Date.now() + 60_000);
      events.thaw();
      driver.pause();
      await until('paused');
      expect(seen().filter(({ type }) => type === 'slept')).toMatchObject([{ seconds: 60 }]);
      await driver.release();
    } finally {
      vi.useRealTimers();
    }
  });

  it('takes back what the clock counted of a sleep, unless something was done meanwhile', async () => {
    let milliseconds = 0;
    const clock = new ActiveClock(() => milliseconds);
    const messages: EngineMessage[] = [];
    let wake = (): void => {};
    async function* events(): AsyncGenerator<RunEvent, void> {
      yield { type: 'warning', explanation: { what: 'a', means: '', remedy: '' }, at: clock.seconds };
      await new Promise<void>((resolve) => (wake = resolve));
      yield { type: 'warning', explanation: { what: 'b', means: '', remedy: '' }, at: clock.seconds };
      await new Promise<void>((resolve) => (wake = resolve));
    }
    const heard: RunEvent[] = [];
    const driver = new RunDriver(events(), new RunControl(), clock, (message) => messages.push(message), (event) => {
      heard.push(event);
      return event;
    });
    driver.play();
    await tick();
    milliseconds = 1_000_000;
    driver.slept(995, 990);
    expect(clock.seconds).toBe(10);
    wake();
    await tick();
    driver.slept(700, 600); // an event came a moment ago: it was not asleep
    expect(clock.seconds).toBe(10);
    expect(heard).toEqual([{ type: 'slept', seconds: 995, at: 10 }]);
    wake();
    await driver.release();
  });

  it('tells what stands before a run as soon as that has begun, as a part of its log', async () => {
    const messages: EngineMessage[] = [];
    async function* events(): AsyncGenerator<RunEvent, void> {
      yield { type: 'run-started', version: 1, config: presetRun, startedAt: '2026-01-01T00:00:00.000Z', at: 0 };
      yield { type: 'run-failed', explanation: { what: 'the end', means: '', remedy: '' }, at: 1 };
    }
    const driver = new RunDriver(events(), new RunControl(), new ActiveClock(), (message) => messages.push(message));
    driver.tellWhenBegun({ type: 'warning', explanation: { what: 'unsaved', means: '', remedy: '' } });
    driver.play();
    while (messages.at(-1)?.type !== 'status' || messages.length < 3) await tick();
    const seen = messages.flatMap((message) => (message.type === 'events' ? message.events.map(({ type }) => type) : []));
    expect(seen).toEqual(['run-started', 'warning', 'run-failed']);
  });
});

import { expect, test } from 'vitest';
import type { Runtime, RuntimeWork } from '../runtime/runtime.ts';
import { ActiveClock } from './active-clock.ts';
import { Profiler } from './profiler.ts';
import { addWork, noWork, onceSeconds, workBetween } from './work-between.ts';

const program = (runs: number, seconds: number, gpuSeconds: number | null = null) => ({ runs, seconds, firstSeconds: 0, gpuSeconds });
const work = (programs: Record<string, ReturnType<typeof program>>, uploads = 0): RuntimeWork => ({ ...noWork, programs: new Map(Object.entries(programs)), uploads, uploadedBytes: 4 * uploads });

/** A runtime and a clock that are moved by hand. */
function machine() {
  let milliseconds = 0;
  let done = noWork;
  const clock = new ActiveClock(() => milliseconds);
  clock.resume();
  const live = { tensors: 3, bytes: 30, peakBytes: 40 };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a profiler asks of a runtime
  const runtime = { work: () => done, live: () => live } as unknown as Runtime;
  const advance = (seconds: number, more: RuntimeWork = noWork): void => {
    milliseconds += seconds * 1000;
    done = addWork(done, more);
  };
  return { runtime, clock, advance };
}

test('differences leave out what did not run, and know the seconds of the GPU where there are some', () => {
  const before = work({ a: program(1, 2), b: program(3, 4, 1) }, 2);
  const after = work({ a: program(1, 2), b: program(5, 7, 2), c: program(1, 1) }, 5);
  expect(workBetween(before, after)).toEqual({ ...work({ b: program(2, 3, 1), c: program(1, 1) }, 3) });
});

test('what is done once is compiling, and what a first run takes beyond the mean of the others', () => {
  const programs = { compile: program(2, 3), slowAtFirst: { ...program(3, 7), firstSeconds: 5 }, even: { ...program(2, 2), firstSeconds: 1 }, once: { ...program(1, 9), firstSeconds: 9 } };
  expect(onceSeconds(work(programs))).toBe(3 + 5 - 1);
});

test('splits the time of a phase into programs and host', () => {
  const { runtime, clock, advance } = machine();
  advance(5, work({ earlier: program(9, 5) }));
  const profiler = new Profiler(runtime, clock);
  let flop = 0;
  profiler.watch({ flop: () => flop, tokens: () => ({ forward: flop / 10, trained: flop / 100 }) });
  profiler.begin('calibrate');
  advance(4, work({ fast: program(2, 1), slow: program(1, 2) }, 6));
  flop = 1000;
  const during = profiler.profile();
  expect(during.phases).toEqual([{ phase: 'calibrate', seconds: 4, flop: 1000, forwardTokens: 100, trainedTokens: 10 }]);
  expect(during.programs.map(({ name }) => name)).toEqual(['slow', 'fast']);
  expect(during.hostSeconds).toBeCloseTo(1);
  expect(during.traffic).toEqual({ uploads: 6, uploadedBytes: 24, readbacks: 0, readBytes: 0 });
  expect(during.memory).toEqual({ tensors: 3, bytes: 30, peakBytes: 40 });
  expect(during.peakFlops).toBeNull();
  profiler.end();
  advance(7); // between phases
  profiler.begin('database');
  profiler.add(500);
  advance(3); // workers cut
  profiler.end();
  const after = profiler.profile();
  expect(after.phases.map(({ phase, seconds, flop: counted }) => [phase, seconds, counted])).toEqual([['calibrate', 4, 1000], ['database', 3, 500]]);
  expect(after.hostSeconds).toBeCloseTo(1);
});

test('what others do while the run rests is not its work', () => {
  const { runtime, clock, advance } = machine();
  const profiler = new Profiler(runtime, clock);
  profiler.begin('search');
  advance(2, work({ forward: program(1, 2) }));
  profiler.rest();
  clock.pause();
  advance(100, work({ forward: program(50, 100), sample: program(1, 1) }, 7));
  clock.resume();
  profiler.resume();
  advance(1, work({ forward: program(1, 0.5) }));
  const { programs, traffic, phases, hostSeconds } = profiler.profile();
  expect(programs).toEqual([{ name: 'forward', runs: 2, seconds: 2.5, gpuSeconds: null }]);
  expect(traffic.uploads).toBe(0);
  expect(phases[0]?.seconds).toBe(3);
  expect(hostSeconds).toBeCloseTo(0.5);
});

import { expect, it } from 'vitest';
import { prunableParameters } from '../model/spec.ts';
import { makeRuntime } from '../runtime/testing.ts';
import { parseRunConfig } from './parse-config.ts';
import type { RunEvent } from './run-events.ts';
import type { RunProfile } from './run-profile.ts';
import { run } from './run.ts';
import { tinyContext, tinyRun } from './tiny-run.fixture.ts';

const phaseOf = (profile: RunProfile, phase: string) => profile.phases.find((found) => found.phase === phase);

it('tells where the time went after each phase and generation, and in the result', { timeout: 300_000 }, async () => {
  await using runtime = await makeRuntime();
  const { context } = await tinyContext(runtime);
  context.clock.resume();
  const events: RunEvent[] = [];
  for await (const event of run(parseRunConfig({ ...tinyRun, evaluation: { tokens: 64 }, exports: [] }), context)) events.push(event);
  const profiles = events.flatMap((event) => (event.type === 'profile' ? [event.profile] : []));
  expect(profiles).toHaveLength(6 + tinyRun.search.generations);
  const last = profiles.at(-1);
  const [finished] = events.flatMap((event) => (event.type === 'run-finished' ? [event.result] : []));
  const [loaded] = events.flatMap((event) => (event.type === 'model-loaded' ? [event.model] : []));
  if (last === undefined || loaded === undefined) throw new RangeError('the run failed');
  expect(finished?.profile?.phases).toEqual(last.phases);
  expect(last.phases.map(({ phase }) => phase)).toEqual(['load', 'calibrate', 'database', 'search', 'evaluate', 'export']);
  for (const { phase, seconds } of last.phases) expect(seconds).toBeCloseTo(finished?.seconds[phase] ?? Number.NaN, 1);

  // Calibration: all of the model but its head; norms do not multiply, Gram matrices come on top.
  const { spec } = loaded;
  const calibrated = phaseOf(last, 'calibrate');
  expect(calibrated).toMatchObject({ forwardTokens: 256, trainedTokens: 0 });
  expect(calibrated?.flop).toBeGreaterThan(2 * 256 * 0.95 * prunableParameters(spec));
  expect(phaseOf(last, 'search')?.trainedTokens).toBe(finished?.tokens.trained);
  expect(phaseOf(last, 'database')?.flop).toBeGreaterThan(0);
  expect(phaseOf(last, 'evaluate')?.flop).toBeGreaterThan(0);

  // Counters only grow, and no program runs longer than the run.
  const total = last.phases.reduce((sum, { seconds }) => sum + seconds, 0);
  const inPrograms = last.programs.reduce((sum, { seconds }) => sum + seconds, 0);
  expect(inPrograms).toBeGreaterThan(0);
  expect(inPrograms).toBeLessThan(context.clock.seconds);
  expect(last.hostSeconds).toBeGreaterThan(0);
  expect(last.hostSeconds).toBeLessThan(total);
  expect(last.programs.map(({ seconds }) => seconds)).toEqual(last.programs.map(({ seconds }) => seconds).toSorted((a, b) => b - a));
  const readbacks = profiles.map(({ traffic }) => traffic.readbacks);
  expect(readbacks).toEqual(readbacks.toSorted((a, b) => a - b));
  expect(last.memory.peakBytes).toBeGreaterThan(0);
});

import { explain } from '../base/explained-error.ts';
import { Scope } from '../base/scope.ts';
import { Profiler } from './profiler.ts';
import type { RunConfig } from './run-config.ts';
import type { RunContext } from './run-context.ts';
import type { RunEvent, RunEventBody } from './run-events.ts';
import { runPhases } from './run-phases.ts';

/**
 * A run's life as a stream of events: load, calibrate, database, search, post-train, evaluate, export. Never throws: a failure
 * is its last event. Whoever stops pulling and calls `return` frees all that the run holds.
 */
export async function* run(config: RunConfig, context: RunContext): AsyncGenerator<RunEvent, void> {
  const stamp = (body: RunEventBody): RunEvent => ({ ...body, at: context.clock.seconds });
  yield stamp({ type: 'run-started', version: 1, config, startedAt: new Date().toISOString() });
  const { backend, label, reason, threads } = context.runtime.info;
  yield stamp({ type: 'device', device: { backend, label, reason, threads } });
  const scope = new Scope();
  const profiler = new Profiler(context.runtime, context.clock);
  try {
    for await (const body of runPhases(config, context, scope, profiler)) {
      profiler.rest();
      yield stamp(body);
      profiler.resume();
    }
  } catch (error) {
    yield stamp({ type: 'run-failed', explanation: explain(error) });
  } finally {
    await scope[Symbol.asyncDispose]();
  }
}

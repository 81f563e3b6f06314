import { explain } from '../base/explained-error.ts';
import { mapEvents } from '../base/map-events.ts';
import { Scope } from '../base/scope.ts';
import { deviceTroubleOf } from '../runtime/device-trouble.ts';
import { engineBroke } from '../runtime/engine-broke.ts';
import { RunMemory } from './checkpoints/run-memory.ts';
import { DeviceGaveUpError, DeviceLosses } from './device-losses.ts';
import { Profiler } from './profiler.ts';
import type { RunConfig } from './run-config.ts';
import type { RunContext } from './run-context.ts';
import type { Resumption, RunEvent, RunEventBody } from './run-events.ts';
import { runPhases } from './run-phases.ts';
import { deviceOf } from './session.ts';

/**
 * A run's life as a stream of events: load, calibrate, database, search, post-train, evaluate, export. A failure is its last event; it
 * throws only where onnxruntime itself broke ({@link engineBroke}), so that nothing can be computed here any more: another worker can
 * go on. Whoever stops pulling and calls `return` frees all that the run holds.
 *
 * With a memory that has something in it the run goes on from there: it tells `run-resumed`, `device` and how restoring goes, then the events
 * that the unbroken run would have told. On the processor and with as many threads they are the same, bit for bit. The memory passes over to the run.
 */
export async function* run(config: RunConfig, context: RunContext, memory: RunMemory = RunMemory.unsaved(), why: Resumption = 'returned'): AsyncGenerator<RunEvent, void> {
  const stamp = (body: RunEventBody): RunEvent => memory.hear({ ...body, at: context.clock.seconds });
  try {
    if (memory.begun) {
      context.clock.goOnFrom(memory.progress.at);
      context.control.restore(memory.progress.pending);
      yield stamp(resumed(memory, { why, ...noteOf(context, memory) }));
    } else {
      yield stamp(started(config, memory));
    }
    yield* mapEvents(lasting(config, context, memory), (body) => [stamp(body)]);
  } catch (error) {
    if (engineBroke(error)) throw error;
    yield stamp({ type: 'run-failed', explanation: explain(error) });
  } finally {
    await memory[Symbol.asyncDispose]();
  }
}

const started = (config: RunConfig, { run: id }: RunMemory): RunEventBody => ({ type: 'run-started', version: 1, config, startedAt: new Date().toISOString(), ...(id !== null && { run: id }) });

type Resumed = Extract<RunEventBody, { type: 'run-resumed' }>;

const resumed = ({ progress }: RunMemory, about: Pick<Resumed, 'why' | 'losses' | 'smaller' | 'note'>): Resumed => ({
  type: 'run-resumed',
  events: progress.events,
  resumedAt: new Date().toISOString(),
  ...about,
});

/** What keeps the rest from being the same bit for bit, in words. */
function noteOf(context: RunContext, { progress: { device } }: RunMemory): Pick<Resumed, 'note'> {
  const now = deviceOf(context);
  if (device === null || (device.backend === now.backend && device.threads === now.threads)) return {};
  return { note: `It was saved on ${device.label} and goes on with ${now.label}: results may differ by rounding.` };
}

/** The run on one device after the other: one that is lost is opened anew, and what was not noted in the memory is done again. */
async function* lasting(config: RunConfig, context: RunContext, memory: RunMemory): AsyncGenerator<RunEventBody, void> {
  const losses = new DeviceLosses();
  let { runtime } = context;
  for (;;) {
    const here = { ...context, runtime };
    yield { type: 'device', device: deviceOf(here) };
    const failure = yield* onOneDevice(config, here, memory, losses.smaller);
    if (failure === null) return;
    const trouble = deviceTroubleOf(failure.error);
    if (trouble === null || context.reopen === undefined) throw failure.error;
    const next = losses.note(memory.progress.events);
    yield { type: 'device-lost', ...trouble, losses: losses.count, next };
    if (next === 'give-up') throw new DeviceGaveUpError(trouble, losses.count, { cause: failure.error });
    runtime = await context.reopen({ smaller: losses.smaller });
    memory.rewind();
    if (memory.begun) yield resumed(memory, { why: 'device-lost', losses: losses.count, smaller: losses.smaller });
    else yield started(config, memory);
  }
}

/** Null where the run came to its end; else what went wrong. What it had on the device is freed. */
async function* onOneDevice(config: RunConfig, context: RunContext, memory: RunMemory, smaller: boolean): AsyncGenerator<RunEventBody, { readonly error: unknown } | null> {
  const scope = new Scope();
  const profiler = new Profiler(context.runtime, context.clock, memory.progress.profile);
  let failure: { readonly error: unknown } | null = null;
  try {
    yield* mapEvents(runPhases({ config, context, scope, profiler, memory, smaller }), function* (body): Generator<RunEventBody> {
      profiler.rest();
      yield body;
      profiler.resume();
    });
  } catch (error) {
    failure = { error };
  } finally {
    await scope[Symbol.asyncDispose]().catch((error: unknown) => {
      failure ??= { error }; // the first failure counts: what was on a lost device is gone with it
    });
  }
  return failure;
}

import { mapEvents } from '../base/map-events.ts';
import type { Scope } from '../base/scope.ts';
import { DenseWeights } from '../model/dense-weights.ts';
import { Transformer } from '../model/transformer.ts';
import type { ModelWeights } from '../model/weights.ts';
import type { RunMemory } from './checkpoints/run-memory.ts';
import type { RunProgress } from './checkpoints/run-progress.ts';
import { Estimator } from './estimator.ts';
import { expectedCosts } from './expected-costs.ts';
import { usualLatencySeconds } from './latency-phase.ts';
import { loadPhase, type Loaded } from './load-phase.ts';
import { budgets } from './memory-budgets.ts';
import { peakFlops } from './peak-flops.ts';
import { PhaseClock } from './phase-clock.ts';
import type { Profiler } from './profiler.ts';
import type { RunConfig } from './run-config.ts';
import type { RunContext } from './run-context.ts';
import type { RunEventBody } from './run-events.ts';
import { SourceChangedError, sourceOf } from './run-source.ts';
import { usualSpeedSeconds } from './speed-phase.ts';
import { TokenTally } from './token-tally.ts';

/** What a run is given. */
export interface RunParts {
  readonly config: RunConfig;
  readonly context: RunContext;
  /** Owns what lives as long as the device. */
  readonly scope: Scope;
  readonly profiler: Profiler;
  readonly memory: RunMemory;
  /** Smaller dispatches than usual: the device was lost again and again. */
  readonly smaller: boolean;
}

/** What the phases after loading share. */
export interface Session extends Loaded, RunParts {
  readonly transformer: Transformer;
  readonly dense: ModelWeights;
  readonly tally: TokenTally;
  readonly estimator: Estimator;
  readonly phases: PhaseClock;
  readonly sequencesPerBatch: number;
  /** Where the run stood when this session began. */
  readonly before: RunProgress;
  /**
   * Saves how far the run is, and tells where that fails. `soon`: may wait until more would be lost than is worth a save; the run's
   * memory is kept up to date all the same.
   */
  keep(change: Partial<RunProgress>, urgency?: 'now' | 'soon'): AsyncGenerator<RunEventBody, void>;
}

/** Of a run with smaller dispatches: a share of what is usual. */
const smallerShare = 1 / 4;

/** Passes on of repeated work only how far it is. */
export function restoring<Outcome>(work: AsyncGenerator<RunEventBody, Outcome>): AsyncGenerator<RunEventBody, Outcome> {
  return mapEvents(work, function* (event): Generator<RunEventBody> {
    if (event.type !== 'phase-progress') return;
    const { done, total, unit, note = event.phase } = event;
    yield { type: 'restoring', done, total, unit, note };
  });
}

/** Loads the model and its texts, again where the run goes on, and puts the dense model on the device. Throws {@link SourceChangedError}. */
export async function* openSession(parts: RunParts): AsyncGenerator<RunEventBody, Session> {
  const { config, context, scope, profiler, memory, smaller } = parts;
  const before = memory.progress;
  const estimator = new Estimator();
  const phases = new PhaseClock(context.clock, estimator, profiler, before);
  const loading = loadPhase(config, context);
  const again = phases.isOver('load');
  const loaded = yield* again ? restoring(loading) : phases.during('load', loading);
  const source = await sourceOf(loaded);
  if (before.source !== null && before.source.sha256 !== source.sha256) throw new SourceChangedError(loaded.model.about.name);
  const { runtime } = context;
  estimator.expect(expected(config, context, loaded), await probe(parts));
  const logitsBytes = budgets.logits * (smaller ? smallerShare : 1);
  const transformer = scope.own(await Transformer.create(runtime, loaded.model.spec, { logitsBytes }));
  const { weights: dense } = scope.own(await DenseWeights.load(runtime, loaded.model.weights));
  const sequencesPerBatch = smaller ? 1 : Math.max(1, Math.floor(config.batchTokens / loaded.corpus.length));
  const tally = new TokenTally(before.tokens);
  profiler.watch({ flop: () => transformer.flop, tokens: () => tally.snapshot() });
  const keep = keeper(parts, tally, phases);
  if (!again) yield* keep({ source });
  return { ...parts, ...loaded, transformer, dense, tally, estimator, phases, sequencesPerBatch, before, keep };
}

export function deviceOf({ runtime: { info } }: RunContext): NonNullable<RunProgress['device']> {
  const { backend, label, reason, threads } = info;
  return { backend, label, reason, threads };
}

function keeper({ context, profiler, memory }: RunParts, tally: TokenTally, phases: PhaseClock): Session['keep'] {
  return async function* (change, urgency = 'now') {
    const at = context.clock.seconds;
    const whole = { ...change, at, device: deviceOf(context), tokens: tally.exact, ...phases.progress, pending: context.control.waiting, profile: profiler.profile() };
    const problem = await memory.save(whole, urgency === 'now' || memory.due(at));
    if (problem !== null) yield { type: 'warning', explanation: problem };
  };
}

/** The device's peak, which is no work of the run's. */
async function probe({ profiler, context: { runtime } }: RunParts): Promise<number> {
  profiler.rest();
  const peak = await peakFlops(runtime);
  profiler.peakFlops = peak;
  profiler.resume();
  return peak;
}

function expected(config: RunConfig, { pruneWorkers, timing }: RunContext, { model, corpus }: Loaded): ReturnType<typeof expectedCosts> {
  return expectedCosts(config, {
    spec: model.spec,
    length: corpus.length,
    poolSequences: corpus.fitness.sequences,
    validationTokens: corpus.validation?.ids.length ?? 0,
    pruneWorkers,
    speedSeconds: timing?.speedSeconds ?? usualSpeedSeconds,
    latencySeconds: timing?.latencySeconds ?? usualLatencySeconds,
  });
}

import type { Explanation } from '../base/explained-error.ts';
import type { LatencyTable } from '../evaluation/latency-table.ts';
import type { FormatId } from '../export/formats.ts';
import type { FailureReason } from '../search/failure.ts';
import type { ModelSpec, ModuleKind } from '../model/spec.ts';
import type { DevicePass, Genome, Granularity } from '../pruning/level-database.ts';
import type { BackendName } from '../runtime/runtime.ts';
import type { ModelAbout } from '../sources/model-about.ts';
import type { RunConfig, SearchSettingsChanges, Stage } from './run-config.ts';
import type { Place, Verdict } from './device-limits.ts';
import type { ExportedFormat, FormatOffer } from './exports/export-events.ts';
import type { Phase } from './phases.ts';
import type { RunProfile } from './run-profile.ts';
import type { Quality, RunResult, Speed } from './run-result.ts';
import type { TokenSet } from './token-set.ts';

export type { LatencyTable } from '../evaluation/latency-table.ts';
export { phases, type Phase } from './phases.ts';
export type { Quality, Speed } from './run-result.ts';
export type { TokenSet } from './token-set.ts';

/** One level of a module, as the views need it. */
export interface LevelSummary {
  /** Query heads, KV groups or channels that remain. */
  readonly kept: number;
  readonly parameters: number;
  /** Accumulated OBS loss. */
  readonly loss: number;
}

export interface ModuleSummary {
  readonly layer: number;
  readonly kind: ModuleKind;
  /** Structures of the dense module (query heads, KV groups or channels). */
  readonly structures: number;
  /** From dense (0) to removed (last). */
  readonly levels: readonly LevelSummary[];
}

export interface ModelSummary {
  readonly id: string;
  readonly family: string;
  readonly layers: number;
  readonly parameters: number;
  readonly prunable: number;
  readonly hidden: number;
  readonly vocabulary: number;
  /** Shapes of all that it is made of. */
  readonly spec: ModelSpec;
  readonly about: ModelAbout;
  /** Whether its tokenizer has a chat template; absent in events of older versions. */
  readonly chat?: boolean;
}

export interface DeviceSummary {
  readonly backend: BackendName;
  readonly label: string;
  readonly reason: string;
  readonly threads: number;
}

export interface Offspring {
  /** `generation.candidate`, for instance `47.02`. */
  readonly id: string;
  readonly genome: Genome;
  /** True parameters of its prunable modules. */
  readonly size: number;
  /** Predicted nanoseconds of its modules, where the target is a speed. */
  readonly cost?: number;
  /** Indices of the modules whose level differs from the parent's. */
  readonly changed: readonly number[];
}

export interface Parent {
  readonly id: string;
  readonly genome: Genome;
  readonly size: number;
  /** As of {@link Offspring}. */
  readonly cost?: number;
}

/** Why a run goes on from a checkpoint: somebody came back to it, its device was lost, or the engine broke down. */
export type Resumption = 'returned' | 'device-lost' | 'engine-broke';

export type Evaluated = 'dense' | 'uniform' | 'searched' | 'winner';

/** A run is a stream of these plain, serialisable events; everything else is a consumer of the stream. */
type Body =
  | { readonly type: 'run-started'; readonly version: 1; readonly config: RunConfig; readonly startedAt: string; readonly run?: string }
  /**
   * The run goes on from where it was last saved: of the log before, the first `events` events are in force, and what was told after them is
   * taken back and done again. `losses`: of the device, since it last came further. `smaller`: with smaller dispatches from here on.
   */
  | { readonly type: 'run-resumed'; readonly events: number; readonly why: Resumption; readonly resumedAt: string; readonly losses?: number; readonly smaller?: boolean; readonly note?: string }
  /** Progress of what is made ready again for a run that goes on: the model, its texts, the level database. */
  | { readonly type: 'restoring'; readonly done: number; readonly total: number; readonly unit: string; readonly note?: string }
  /** The device went away, or had no memory left. It is opened anew, and what was not saved is done again. */
  | { readonly type: 'device-lost'; readonly kind: 'lost' | 'out-of-memory'; readonly reason: string; readonly losses: number; readonly next: 'again' | 'smaller' | 'give-up' }
  /** The tab or the computer slept; these seconds are not counted. */
  | { readonly type: 'slept'; readonly seconds: number }
  | { readonly type: 'device'; readonly device: DeviceSummary }
  | { readonly type: 'phase-started'; readonly phase: Phase }
  /** `done` of `total` in `unit`: bytes, tokens, modules, generations. */
  | { readonly type: 'phase-progress'; readonly phase: Phase; readonly done: number; readonly total: number; readonly unit: string; readonly note?: string }
  | { readonly type: 'phase-finished'; readonly phase: Phase; readonly seconds: number }
  /** Active seconds left in this phase and in the whole run, from measured speed; null while it is being measured. */
  | { readonly type: 'estimate'; readonly phaseSeconds: number | null; readonly runSeconds: number | null; readonly flops: number | null }
  | { readonly type: 'memory'; readonly tensors: number; readonly bytes: number; readonly peakBytes: number }
  /** Where the time went so far; after every phase and every generation. */
  | { readonly type: 'profile'; readonly profile: RunProfile }
  /** What the run will need at most, by place, before anything is loaded. */
  | { readonly type: 'memory-planned'; readonly needed: Readonly<Record<Place, number>>; readonly verdict: Verdict }
  | { readonly type: 'model-loaded'; readonly model: ModelSummary }
  /** The sets that were cut from the texts, disjoint from each other; all sequences have `length` tokens. */
  | { readonly type: 'corpus-ready'; readonly length: number; readonly sets: readonly TokenSet[] }
  /** While a module is being cut: structures removed so far. */
  | { readonly type: 'module-progress'; readonly module: number; readonly done: number; readonly total: number }
  /** `dampingRaised`: the relative damping that its Hessian needed, where that is more than usual. */
  | { readonly type: 'module-pruned'; readonly module: number; readonly summary: ModuleSummary; readonly fallbacks: number; readonly onDevice?: DevicePass; readonly dampingRaised?: number }
  | { readonly type: 'database-ready'; readonly granularity: Granularity; readonly modules: readonly ModuleSummary[]; readonly bytes: number }
  /** Where the target is a speed: how long every shape in the database takes on this device. `dense`, `most`: predicted of the whole dense model, and what a pruned one may take. */
  | { readonly type: 'latency-measured'; readonly table: LatencyTable; readonly dense: number; readonly most: number }
  /** The budget of the prunable modules: a genome is feasible within `[least, most]`. In parameters, or in the unit that is named. */
  | { readonly type: 'search-started'; readonly dense: number; readonly least: number; readonly most: number; readonly tolerance: number; readonly unit?: 'nanoseconds'; readonly uniform: Parent; readonly strategy: RunConfig['search']['strategy'] }
  | { readonly type: 'generation-started'; readonly generation: number; readonly generations: number; readonly parent: Parent; readonly offspring: readonly Offspring[]; readonly stages: readonly Stage[] }
  /** Fine-tuning of a candidate inside a stage (index from 0). `id` may be the parent's, in the last stage. `loss`: in events of older versions. */
  | { readonly type: 'candidate-training'; readonly generation: number; readonly stage: number; readonly id: string; readonly done: number; readonly total: number; readonly loss?: number }
  /** Measuring of a candidate: tokens so far. Its fitness comes with that of all others at the end of the stage. */
  | { readonly type: 'candidate-measuring'; readonly generation: number; readonly stage: number; readonly id: string; readonly done: number; readonly total: number }
  /** Fitness: lower is better. In the last stage the parent is measured too. `uniform`'s line is the parent's fitness of generation 1. `losses`: of its training, at the first and the last step; nats a token. */
  | { readonly type: 'candidate-measured'; readonly generation: number; readonly stage: number; readonly id: string; readonly fitness: number; readonly losses?: readonly [first: number, last: number] }
  /** In place of `candidate-measured`: it is out, whatever the others are. `fitness`: null where it is not a number; `losses` as measured, null where not a number. */
  | { readonly type: 'candidate-failed'; readonly generation: number; readonly stage: number; readonly id: string; readonly reason: FailureReason; readonly fitness: number | null; readonly losses?: readonly [first: number | null, last: number | null] }
  /** In logs of older versions: `candidate-failed` with a fitness that is not a number. */
  | { readonly type: 'not-a-number'; readonly generation: number; readonly stage: number; readonly id: string; readonly losses?: readonly [first: number, last: number] }
  /** In place of `candidate-measured`: it could not survive the stage any more. The fitness of the `tokens` that were measured; `saved` were not. */
  | { readonly type: 'candidate-dropped'; readonly generation: number; readonly stage: number; readonly id: string; readonly fitness: number; readonly tokens: number; readonly saved: number; readonly losses?: readonly [first: number, last: number] }
  /** `tied`: eliminated with the very fitness of a survivor; where there are some. */
  | { readonly type: 'stage-finished'; readonly generation: number; readonly stage: number; readonly survivors: readonly string[]; readonly eliminated: readonly string[]; readonly tied?: readonly string[] }
  | { readonly type: 'generation-finished'; readonly generation: number; readonly parent: Parent; readonly fitness: number | null; readonly previousParentFitness: number | null; readonly replaced: boolean; readonly forwardTokens: number; readonly trainedTokens: number }
  /** A setting that the user changed, in force from this generation on. */
  | { readonly type: 'settings-changed'; readonly generation: number; readonly before: SearchSettingsChanges; readonly after: SearchSettingsChanges }
  /** The user made a candidate the parent, in force from this generation on. */
  | { readonly type: 'parent-chosen'; readonly generation: number; readonly before: Parent; readonly parent: Parent }
  | { readonly type: 'search-finished'; readonly winner: Parent; readonly fitness: number | null; readonly stopped: boolean }
  /** One of about a hundred; the loss is the mean of the steps since the one before. */
  | { readonly type: 'post-training-step'; readonly tokens: number; readonly total: number; readonly loss: number; readonly learningRate: number }
  /** Held-out quality after so many trained tokens; 0 is before training. `best`: the best so far, which is kept. */
  | { readonly type: 'post-training-measured'; readonly tokens: number; readonly kl: number; readonly perplexity: number; readonly best: boolean }
  /** `searched`: the winner before post-training. */
  | { readonly type: 'evaluated'; readonly which: Evaluated; readonly quality: Quality; readonly tokens: number }
  /** How fast a model is on this device. */
  | { readonly type: 'speed-measured'; readonly which: 'dense' | 'uniform' | 'winner'; readonly speed: Speed }
  /** What the winner can be written as. `name`: what the folder and single files are called. */
  | { readonly type: 'exports-planned'; readonly name: string; readonly offers: readonly FormatOffer[] }
  /** A format that was written, each of its ONNX files reopened in a fresh session and compared with the candidate. May follow `run-finished`. */
  | ({ readonly type: 'exported' } & ExportedFormat)
  /** A format that could not be written; the run and the other formats are not affected. */
  | { readonly type: 'export-failed'; readonly format: FormatId; readonly explanation: Explanation }
  | { readonly type: 'warning'; readonly explanation: Explanation }
  | { readonly type: 'run-finished'; readonly result: RunResult }
  | { readonly type: 'run-failed'; readonly explanation: Explanation };

/** `at`: active seconds since the run began (pauses do not count). */
export type RunEvent = Body & { readonly at: number };
/** An event before it is stamped. */
export type RunEventBody = Body;

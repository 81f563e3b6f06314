import type { Explanation } from '../base/explained-error.ts';
import type { FormatId } from '../export/formats.ts';
import type { Granularity } from '../pruning/level-database.ts';
import type { ExportedFormat, FormatOffer } from '../run/exports/export-events.ts';
import type { RunConfig, SearchSettingsChanges, Stage } from '../run/run-config.ts';
import type { DeviceSummary, Evaluated, LatencyTable, ModelSummary, ModuleSummary, Offspring, Parent, Phase, Quality, Resumption, RunEvent, Speed, TokenSet } from '../run/run-events.ts';
import type { RunProfile } from '../run/run-profile.ts';
import type { RunResult } from '../run/run-result.ts';
import type { FailureReason } from '../search/failure.ts';

/** What is true now: the reduction of all events of one run. Replay, live view and comparison share it. */
export interface RunState {
  readonly config: RunConfig | null;
  readonly startedAt: string | null;
  /** Active seconds at the last event. */
  readonly at: number;
  readonly device: DeviceSummary | null;
  readonly model: ModelSummary | null;
  /** The token sets that were cut from the texts, which share nothing; sequences of `length` tokens. */
  readonly corpus: { readonly length: number; readonly sets: readonly TokenSet[] } | null;
  readonly phases: Readonly<Record<Phase, PhaseState>>;
  readonly phase: Phase | null;
  readonly estimate: { readonly phaseSeconds: number | null; readonly runSeconds: number | null; readonly flops: number | null };
  readonly memory: { readonly tensors: number; readonly bytes: number; readonly peakBytes: number };
  /** Where the time went; null until it was told, and in runs of older versions. */
  readonly profile: ProfileState | null;
  readonly database: DatabaseState;
  /** Where the target is a speed: what every shape costs here; `dense` and `most` of whole models. Nanoseconds. */
  readonly latency: { readonly table: LatencyTable; readonly dense: number; readonly most: number } | null;
  readonly search: SearchState | null;
  readonly postTraining: PostTrainingState;
  readonly quality: Partial<Readonly<Record<Evaluated, Quality>>>;
  readonly speed: Partial<Readonly<Record<'dense' | 'uniform' | 'winner', Speed>>>;
  readonly exports: ExportState;
  readonly warnings: readonly Explanation[];
  readonly result: RunResult | null;
  readonly failure: Explanation | null;
  /** What is made ready again for a run that goes on; null where none is. */
  readonly restoring: Restoring | null;
  readonly log: readonly LogLine[];
}

export interface Restoring extends Pick<PhaseState, 'done' | 'total' | 'unit' | 'note'> {
  readonly why: Resumption;
}

export interface PhaseState {
  readonly status: 'ahead' | 'current' | 'done' | 'skipped';
  readonly done: number;
  readonly total: number;
  readonly unit: string;
  readonly note: string | null;
  readonly seconds: number | null;
}

export interface ProfileState {
  /** As it was told last. */
  readonly now: RunProfile;
  /** The last before the first generation was over; null where none was told. */
  readonly base: ProfilePoint | null;
  /** When each generation was over. */
  readonly course: readonly ProfilePoint[];
  /** Seconds of each phase outside sessions and kernels. */
  readonly outside: Partial<Readonly<Record<Phase, number>>>;
}

/** What a run had done when a generation was over: sums over all its phases so far. */
export interface ProfilePoint {
  /** Finished generations. */
  readonly generation: number;
  /** Active seconds since the run began, and those inside its phases. */
  readonly at: number;
  readonly seconds: number;
  readonly flop: number;
  readonly forwardTokens: number;
  readonly trainedTokens: number;
  readonly hostSeconds: number;
  readonly uploads: number;
  readonly uploadedBytes: number;
  readonly readbacks: number;
  readonly readBytes: number;
  /** Active seconds that the whole run would take, as it was estimated then; null while that was unknown. */
  readonly foretold: number | null;
}

export interface DatabaseState {
  readonly granularity: Granularity | null;
  /** In genome order; null until the module was cut. */
  readonly modules: readonly (ModuleSummary | null)[];
  /** Structures removed so far of modules that are being cut. */
  readonly progress: Readonly<Record<number, { readonly done: number; readonly total: number }>>;
  readonly bytes: number;
  readonly ready: boolean;
}

export interface SearchState {
  readonly strategy: RunConfig['search']['strategy'];
  /** What `dense`, `least` and `most` count: of all prunable modules. */
  readonly unit: 'parameters' | 'nanoseconds';
  readonly dense: number;
  readonly least: number;
  readonly most: number;
  readonly tolerance: number;
  readonly uniform: Parent;
  readonly parent: Parent;
  /** What the candidates were mutated from. */
  readonly from: Parent;
  /** Of the generation that is running (or the last one). */
  readonly generation: number;
  readonly generations: number;
  readonly stages: readonly Stage[];
  /** Stage index that is being measured. */
  readonly stage: number;
  readonly candidates: readonly CandidateState[];
  /** The parent's fitness in this generation's last stage, when measured; else the last known. */
  readonly parentFitness: number | null;
  readonly history: readonly GenerationRecord[];
  /** Fitness tokens that were spared so far by dropping candidates. */
  readonly savedTokens: number;
  readonly changes: readonly { readonly generation: number; readonly before: SearchSettingsChanges; readonly after: SearchSettingsChanges }[];
  /** Candidates that the user made the parent. */
  readonly chosen: readonly { readonly generation: number; readonly before: Parent; readonly parent: Parent }[];
  readonly finished: boolean;
  readonly stopped: boolean;
}

export interface CandidateState extends Offspring {
  readonly status: 'waiting' | 'training' | 'measuring' | 'measured' | 'eliminated';
  /** The furthest stage that it entered. */
  readonly stage: number;
  /** Fitness per stage, as far as measured; Infinity where it failed. */
  readonly fitness: readonly number[];
  /** Training loss at the first and the last step told of, per stage; null where a stage has no training. */
  readonly losses: readonly (readonly [first: number, last: number] | null)[];
  /** 0 to 1 while training, and again while it is measured. */
  readonly progress: number;
  /** Where it was given up while its stage was measured, which then has no fitness of it. */
  readonly dropped?: Dropped;
  /** Stages in which its measurement was worth nothing; where all fail, some go on all the same. */
  readonly failed?: readonly Failed[];
}

export interface Failed {
  readonly stage: number;
  readonly reason: FailureReason;
}

/** Why a candidate has no fitness in the last stage that it entered: after so many tokens it could not survive any more. */
export interface Dropped {
  readonly stage: number;
  /** Of the tokens that were measured: not to be compared with that of others. */
  readonly fitness: number;
  readonly tokens: number;
  readonly saved: number;
}

/** What is kept of a candidate once its generation is over. */
export type CandidateRecord = Pick<CandidateState, 'id' | 'genome' | 'cost' | 'changed' | 'fitness' | 'losses' | 'dropped' | 'failed'>;

/** One finished generation: a line of the history and a column of points in the fitness chart. */
export interface GenerationRecord {
  readonly generation: number;
  /** The parent that it began with, and the one that it ended with. */
  readonly from: Parent;
  readonly parent: Parent;
  /** Infinity where it failed, here and below. */
  readonly fitness: number;
  readonly previousParentFitness: number;
  readonly replaced: boolean;
  /** Best fitness of each stage. */
  readonly stageBest: readonly number[];
  /** Every offspring with the fitness of each stage that it reached. */
  readonly candidates: readonly CandidateRecord[];
  readonly forwardTokens: number;
  readonly trainedTokens: number;
  readonly at: number;
}

export interface PostTrainingState {
  readonly total: number;
  readonly losses: readonly { readonly tokens: number; readonly loss: number }[];
  readonly measured: readonly { readonly tokens: number; readonly kl: number; readonly perplexity: number; readonly best: boolean }[];
}

/** What the winner can be written as, and what it was written as. */
export interface ExportState {
  /** What the folder and single files are called; empty until it is planned. */
  readonly name: string;
  /** In the order in which they are offered. */
  readonly offers: readonly FormatOffer[];
  readonly written: Partial<Readonly<Record<FormatId, ExportedFormat>>>;
}

/** Events that the log tells; the interface finds the words. */
export type ToldEvent = Extract<
  RunEvent,
  {
    type:
      | 'run-started'
      | 'run-resumed'
      | 'device-lost'
      | 'slept'
      | 'device'
      | 'model-loaded'
      | 'corpus-ready'
      | 'phase-finished'
      | 'module-pruned'
      | 'database-ready'
      | 'latency-measured'
      | 'search-started'
      | 'stage-finished'
      | 'generation-finished'
      | 'settings-changed'
      | 'parent-chosen'
      | 'candidate-failed'
      | 'not-a-number'
      | 'candidate-dropped'
      | 'search-finished'
      | 'post-training-measured'
      | 'evaluated'
      | 'speed-measured'
      | 'exported'
      | 'export-failed'
      | 'warning'
      | 'run-finished'
      | 'run-failed';
  }
>;

export interface LogLine {
  readonly at: number;
  readonly generation: number | null;
  readonly kind: 'event' | 'change' | 'problem';
  readonly event: ToldEvent;
}

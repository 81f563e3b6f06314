import type { LatencyTable } from '../../evaluation/latency-table.ts';
import type { StoredModule } from '../../pruning/stored-module.ts';
import type { Individual, SizedIndividual } from '../../search/events.ts';
import type { SearchPosition } from '../../search/position.ts';
import type { StoredPart } from '../../storage/stored-part.ts';
import type { Qualities } from '../evaluate-phase.ts';
import type { Phase } from '../phases.ts';
import type { SearchSettingsChanges } from '../run-config.ts';
import type { DeviceSummary } from '../run-events.ts';
import type { RunProfile } from '../run-profile.ts';
import type { RunResult } from '../run-result.ts';
import type { TokenCount } from '../search-events.ts';

/** What a run was made of, to see that it is the same when it goes on. */
export interface RunSource {
  /** SHA-256 over the shapes and names of the model's tensors and over the ids of all token sets, hexadecimal. */
  readonly sha256: string;
}

export interface SearchProgress {
  readonly position: SearchPosition;
  /** Tokens of the run before its search began. */
  readonly tokensBefore: TokenCount;
  /** Sequences of the fitness pool whose dense states have been run and kept, in that order. */
  readonly knownStates: readonly number[];
}

export interface SearchEnd {
  readonly uniform: SizedIndividual;
  readonly winner: SizedIndividual;
  readonly stopped: boolean;
}

/** Post-training between two steps. Tensors lie in parts, see `training-parts.ts`. */
export interface TrainingProgress {
  /** Optimizer steps that were made. */
  readonly steps: number;
  readonly tokens: number;
  /** Tokens at the last measurement. */
  readonly measuredAt: number;
  /** Lowest held-out KL so far; null where none was a number. */
  readonly best: number | null;
  /** Held-out quality before training; null where it was no number, which ends post-training at once. */
  readonly untrained: { readonly kl: number; readonly perplexity: number } | null;
  /** Measurements in a row, the last among them, that were far worse than `untrained` (method section 4). */
  readonly astray: number;
  /** Losses since they were last told: their sum, and how many. */
  readonly lossSum: number;
  readonly lossCount: number;
  /** Weights and both moments. Null before the first step, whose weights come from the database, and after the end, when only the best is left. */
  readonly state: StoredPart | null;
  /** Weights of the best measurement; null where those before training are the best: they come from the database. */
  readonly bestWeights: StoredPart | null;
  readonly finished: boolean;
}

/** What the user asked for that waits for the next generation. */
export interface Pending {
  readonly changes: SearchSettingsChanges | null;
  readonly parent: Individual | null;
  readonly stop: boolean;
}

/**
 * How far a run is: with its config, all that it needs to go on. Plain, serialisable. What is null has not come yet; what comes
 * later follows from what is here and the seed.
 */
export interface RunProgress {
  /** Events of the log in force that were told before this; the next one follows them. 0: nothing is done yet. */
  readonly events: number;
  /** Active seconds. */
  readonly at: number;
  /** Of the phases that are over. */
  readonly phaseSeconds: Partial<Readonly<Record<Phase, number>>>;
  /** When the phase that is under way began, in active seconds; null between two. */
  readonly phaseBegan: number | null;
  /** Exact, forward in fractions of a token. */
  readonly tokens: TokenCount;
  readonly device: DeviceSummary | null;
  readonly source: RunSource | null;
  /** The level database by module in genome order; null for modules that are not cut yet. */
  readonly modules: readonly (StoredModule | null)[];
  readonly latency: LatencyTable | null;
  readonly search: SearchProgress | null;
  readonly searched: SearchEnd | null;
  readonly training: TrainingProgress | null;
  readonly measured: { readonly qualities: Qualities; readonly speed: RunResult['speed'] | null } | null;
  readonly pending: Pending;
  /** Where the time went so far; null where nothing was profiled yet. */
  readonly profile: RunProfile | null;
}

export const noProgress: RunProgress = {
  events: 0,
  at: 0,
  phaseSeconds: {},
  phaseBegan: null,
  tokens: { forward: 0, trained: 0 },
  device: null,
  source: null,
  modules: [],
  latency: null,
  search: null,
  searched: null,
  training: null,
  measured: null,
  pending: { changes: null, parent: null, stop: false },
  profile: null,
};

/** Parts that a progress needs; all others of its checkpoint may go. */
export function partsOf({ modules, training }: RunProgress): StoredPart[] {
  const found = [...modules.map((module) => module?.part ?? null), training?.state ?? null, training?.bestWeights ?? null];
  return found.filter((part) => part !== null);
}


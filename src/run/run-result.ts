import type { ModuleKind } from '../model/spec.ts';
import type { Phase } from './phases.ts';
import type { RunProfile } from './run-profile.ts';

/** How good a model is on the held-out text; KL is against the dense model, in nats a predicted token. */
export interface Quality {
  readonly perplexity: number;
  readonly kl: number;
  /** Share of positions whose most probable token is the dense model's. */
  readonly agreement: number;
}

/** How fast a model is on this device, batch of one: medians of several runs. */
export interface Speed {
  /** Tokens of the prompt that is read at once, and how many of them a second. */
  readonly prefillTokens: number;
  readonly prefillTokensPerSecond: number;
  /** Tokens written one after the other with a KV cache, and how many of them a second. */
  readonly decodeTokens: number;
  readonly decodeTokensPerSecond: number;
  readonly runs: number;
}

/** One module of the winner. */
export interface ResultModule {
  readonly layer: number;
  readonly kind: ModuleKind;
  /** Index into the module's collapsed levels, 0 dense. */
  readonly level: number;
  /** The nominal level of 0 (dense) to K (removed) that it stands for. */
  readonly nominalLevel: number;
  /** Kept query heads of the dense model (attention). */
  readonly heads: readonly number[];
  /** Kept KV heads of the dense model (attention). */
  readonly kvHeads: readonly number[];
  /** Kept channels, a count (MLP). */
  readonly channels: number;
}

export interface ParameterCounts {
  readonly total: number;
  readonly prunable: number;
}

/** `result.json`, version 1. */
export interface RunResult {
  readonly version: 1;
  readonly modules: readonly ResultModule[];
  readonly parameters: { readonly dense: ParameterCounts; readonly pruned: ParameterCounts };
  readonly heldOut: {
    readonly tokens: number;
    readonly dense: Quality;
    readonly uniform: Quality;
    readonly winner: Quality;
    /** The winner before post-training; only where there was some. */
    readonly searched?: Quality;
  };
  /** Measured on the device of the run, after it; absent in results of older versions. */
  readonly speed?: Readonly<Record<'dense' | 'uniform' | 'winner', Speed>>;
  /** Active seconds of each phase that ran. */
  readonly seconds: Partial<Record<Phase, number>>;
  readonly tokens: { readonly forward: number; readonly trained: number };
  /** Peak of the bytes in live tensors. */
  readonly peakBytes: number;
  /** Where the time went; absent in results of older versions. */
  readonly profile?: RunProfile;
  readonly stopped: boolean;
}

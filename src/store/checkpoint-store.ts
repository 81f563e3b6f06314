import { create } from 'zustand';
import type { Explanation } from '../base/explained-error.ts';
import type { CheckpointSummary, EngineMessage } from '../worker/protocol.ts';

export type Saved = Omit<Extract<EngineMessage, { type: 'saved' }>, 'type'>;

/** Why the run on the page was interrupted, and goes on by itself. */
export type Interruption =
  /** `again`: it is being opened anew; `resumed`: that was done. `smaller`: with smaller dispatches. */
  | { readonly what: 'device'; readonly kind: 'lost' | 'out-of-memory'; readonly reason: string; readonly smaller: boolean; readonly resumed: boolean; readonly generation: number | null; readonly count: number }
  | { readonly what: 'engine'; readonly explanation: Explanation; readonly resumed: boolean; readonly generation: number | null; readonly count: number };

/** What can be gone on with, and how the run on the page is saved. */
export interface Checkpoints {
  /** The run that the engine was last told of; null where there is none. */
  readonly run: string | null;
  /** Newest first; null until the engine was asked. */
  readonly list: readonly CheckpointSummary[] | null;
  /** The last attempt to save the run on the page. */
  readonly saved: Saved | null;
  readonly interruption: Interruption | null;
  /** Why a run could not be resumed, or its checkpoint not be discarded. */
  readonly refusal: { readonly run: string | null; readonly explanation: Explanation } | null;
}

export const noCheckpoints: Checkpoints = { run: null, list: null, saved: null, interruption: null, refusal: null };

/** Written only by the engine's connection (`resume-commands.ts`). */
export const checkpointStore = create<Checkpoints>(() => noCheckpoints);

/** Subscribes a component to a part of it. */
export const useCheckpoints = <T>(selector: (checkpoints: Checkpoints) => T): T => checkpointStore(selector);

/** The checkpoint of a run; null where there is none. */
export const checkpointOf = (list: Checkpoints['list'], run: string | null): CheckpointSummary | null => list?.find((summary) => summary.run === run) ?? null;

import type { Explanation } from '../base/explained-error.ts';
import type { DeviceSummary, RunEvent } from '../run/run-events.ts';
import type { RunConfig, RunConfigInput, SearchSettingsChanges } from '../run/run-config.ts';

/** Typed commands to the engine's worker and messages from it. */

export type EngineCommand =
  /** First of all: the absolute URL under which the site's files lie. */
  | { readonly type: 'open'; readonly siteBase: string }
  /** Chooses the backend, loads it and times it; answered by `probed`. */
  | { readonly type: 'probe'; readonly backend: 'auto' | 'webgpu' | 'wasm' }
  | { readonly type: 'start'; readonly config: RunConfigInput | RunConfig }
  | { readonly type: 'play' }
  | { readonly type: 'pause' }
  /** Runs to the end of the next stage of the search (or of the phase, outside the search), then pauses. */
  | { readonly type: 'step' }
  /** Ends the search (or post-training) with the best so far, then evaluates and exports. */
  | { readonly type: 'stop' }
  /** Ends the run at once; nothing is exported. */
  | { readonly type: 'cancel' }
  | { readonly type: 'tune'; readonly changes: SearchSettingsChanges }
  /** Takes back changes that are not yet in force. */
  | { readonly type: 'untune' }
  /** Greedy text from the dense model and from the parent so far; answered by `sampled` messages. */
  | { readonly type: 'sample'; readonly prompt: string; readonly tokens: number }
  /** Asks for a finished file's bytes; answered by `file`. */
  | { readonly type: 'fetch-file'; readonly name: string };

export type EngineStatus = 'idle' | 'running' | 'pausing' | 'paused' | 'stopping' | 'finished' | 'failed';

export type EngineMessage =
  | { readonly type: 'probed'; readonly device: DeviceSummary; readonly details: Readonly<Record<string, string | number | boolean>>; readonly flopsPerSecond: number }
  | { readonly type: 'probe-failed'; readonly explanation: Explanation }
  | { readonly type: 'status'; readonly status: EngineStatus }
  /** The engine's program did not load or broke down, whatever it was doing: nothing that it was asked for will come. */
  | { readonly type: 'broken'; readonly explanation: Explanation }
  /** Batched: at most about four messages a second while the run is busy. */
  | { readonly type: 'events'; readonly events: readonly RunEvent[] }
  /** `pending` changes wait for the next generation; null when none do. */
  | { readonly type: 'pending'; readonly changes: SearchSettingsChanges | null }
  | { readonly type: 'sampled'; readonly which: 'dense' | 'parent'; readonly parent: string; readonly prompt: string; readonly text: string; readonly tokensPerSecond: number; readonly done: boolean }
  | { readonly type: 'sample-failed'; readonly explanation: Explanation }
  | { readonly type: 'file'; readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly type: 'file-missing'; readonly name: string };

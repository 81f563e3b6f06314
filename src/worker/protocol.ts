import type { Explanation } from '../base/explained-error.ts';
import type { Sampling } from '../evaluation/choose-token.ts';
import type { WritingEnd } from '../evaluation/generate.ts';
import type { FormatId } from '../export/formats.ts';
import type { ModelInspection } from '../model/inspect-model.ts';
import type { CheckpointSummary } from '../run/checkpoints/list-checkpoints.ts';
import type { DeviceLimits } from '../run/memory-plan.ts';
import type { ExportProgress, FolderEntry } from '../run/exports/export-events.ts';
import type { DeviceSummary, RunEvent } from '../run/run-events.ts';
import type { RunConfig, RunConfigInput, SearchSettingsChanges } from '../run/run-config.ts';
import type { Genome } from '../pruning/level-database.ts';
import type { Speed } from '../run/run-result.ts';
import type { DownloadProgress } from '../sources/download-progress.ts';
import type { StoredModel } from '../sources/downloads.ts';
import type { TextInspection } from '../sources/inspect-text.ts';

export type { CheckpointSummary } from '../run/checkpoints/list-checkpoints.ts';
export type { StoredModel } from '../sources/downloads.ts';
export type { TextInspection } from '../sources/inspect-text.ts';

/** Typed commands to the engine's worker and messages from it. */

export interface GivenFile {
  /** Relative to the folder that was given, with `/`. */
  readonly path: string;
  readonly file: File;
}

/** One of a run's models: the dense one, the parent so far (or the winner), or any candidate by its genome. */
export type ModelSubject =
  | { readonly which: 'dense' }
  | { readonly which: 'parent' }
  | { readonly which: 'candidate'; readonly id: string; readonly genome: Genome };

export interface SampleRequest extends Sampling {
  readonly subjects: readonly ModelSubject[];
  readonly prompt: string;
  /** At most this many tokens are written. */
  readonly tokens: number;
  readonly seed: number;
  /** Puts the prompt into the tokenizer's chat template. */
  readonly chat: boolean;
}

/** How far a download is. */
export type DownloadState =
  | ({ readonly status: 'running' } & DownloadProgress)
  | { readonly status: 'done'; readonly total: number }
  /** What has come (`done` bytes) is kept; downloading again goes on from there. */
  | { readonly status: 'stopped'; readonly done: number; readonly total: number; readonly explanation: Explanation | null };

export type StepEnd = 'stage' | 'generation';

export type EngineCommand =
  /** First of all: the absolute URL under which the site's files lie, and a lock to hold as a sign of life; answered by `opened`. */
  | { readonly type: 'open'; readonly siteBase: string; readonly lifeLock: string }
  /** Asks whether the engine's thread is free; answered by `pong` at once. */
  | { readonly type: 'ping' }
  /** Chooses the backend, loads it and times it; answered by `probed`. */
  | { readonly type: 'probe'; readonly backend: 'auto' | 'webgpu' | 'wasm' }
  /** `run`: the run's id, under which it is saved. */
  | { readonly type: 'start'; readonly run: string; readonly config: RunConfigInput | RunConfig }
  /**
   * Goes on with a run from its checkpoint; answered by `log-in-force` batches and the run's events, `resume-refused` or `restart-needed`.
   * `backend`: default that on which it was saved. `paused`: it waits for `play`; `stopping`: it was asked to stop.
   */
  | { readonly type: 'resume'; readonly run: string; readonly backend?: RunConfig['backend']; readonly why: 'returned' | 'engine-broke'; readonly paused?: boolean; readonly stopping?: boolean }
  /** Asks for the checkpoints of this site; answered by `checkpoints`. */
  | { readonly type: 'list-checkpoints' }
  /** Removes the checkpoint of a run that nobody has; answered by `checkpoints`. `quiet`: nobody waits to hear that it could not be. */
  | { readonly type: 'discard-checkpoint'; readonly run: string; readonly quiet?: boolean }
  /** The page is about to be frozen by the browser, or goes on after that: the time between does not count. */
  | { readonly type: 'freeze' | 'thaw' }
  /** The page noticed that the computer slept. `counted`: seconds of that which a monotonic clock counted all the same. */
  | { readonly type: 'slept'; readonly seconds: number; readonly counted: number }
  | { readonly type: 'play' }
  | { readonly type: 'pause' }
  /** Runs to the end of the next stage of the search or of its generation (of the phase, outside the search), then pauses. */
  | { readonly type: 'step'; readonly until: StepEnd }
  /** Ends the search (or post-training) with the best so far, then evaluates and exports. */
  | { readonly type: 'stop' }
  /** Ends the run at once; nothing is exported. `keep`: its checkpoint stays, to resume from. */
  | { readonly type: 'cancel'; readonly keep?: boolean }
  | { readonly type: 'tune'; readonly changes: SearchSettingsChanges }
  /** Takes back changes that are not yet in force. */
  | { readonly type: 'untune' }
  /** Makes a candidate of the run the parent from the next generation on; told by a `parent-chosen` event, or a warning. */
  | { readonly type: 'adopt'; readonly id: string; readonly genome: Genome }
  /** Takes that back while it is not yet in force. */
  | { readonly type: 'unadopt' }
  /** Text from some of the run's models, which take turns token by token; answered by `sampled` messages, and `samples-done` or `sample-failed`. */
  | { readonly type: 'sample'; readonly request: SampleRequest }
  /** Ends the texts that are being written, which stay as they are, and the timing of models. */
  | { readonly type: 'stop-sample' }
  /** Times some of the run's models; answered by a `speed` message each and `speeds-done`, or `speed-failed`. */
  | { readonly type: 'measure-speed'; readonly subjects: readonly ModelSubject[] }
  /** Where Hub models come from; the token goes to that address only and is kept in memory. */
  | { readonly type: 'set-hub'; readonly endpoint: string; readonly token: string | null }
  /** Files that the reader gave, under the name of a `local:` model or text. */
  | { readonly type: 'give-files'; readonly name: string; readonly files: readonly GivenFile[] }
  /** What a model is and needs, before its weights are fetched; answered by `inspected` or `inspect-failed`. */
  | { readonly type: 'inspect'; readonly model: string }
  /** Fetches a model of the Hub or of an address into the browser's storage; answered by `download` messages. */
  | { readonly type: 'download'; readonly model: string }
  /** Ends the download of a model; what has come is kept, to go on from. */
  | { readonly type: 'cancel-download'; readonly model: string }
  /** Asks for what is stored; answered by `stored`. */
  | { readonly type: 'list-stored' }
  /** Deletes a stored model, whole or half-way; answered by `stored`. */
  | { readonly type: 'delete-stored'; readonly model: string }
  /** Looks into a text; answered by `text-inspected` or `inspect-failed`. */
  | { readonly type: 'inspect-text'; readonly text: string }
  /**
   * Writes the winner in these formats, those that are there already left as they are; answered by `export-progress`, an
   * `exported` event for each, and `exports-done` or `export-stopped`. `externalData`: ONNX weights in a file of their own.
   */
  | { readonly type: 'export'; readonly formats: readonly FormatId[]; readonly externalData: boolean }
  /** Writes the model folder around these formats, which `export` has written, with the run's events (`log`); answered by `folder` or `export-stopped`. */
  | { readonly type: 'export-folder'; readonly formats: readonly FormatId[]; readonly log: Blob }
  /** Ends what `export` began; what is half written is removed. */
  | { readonly type: 'cancel-export' }
  /** Asks for a finished file by its path in the storage; answered by `file`. */
  | { readonly type: 'fetch-file'; readonly path: string };

export type EngineStatus = 'idle' | 'running' | 'pausing' | 'paused' | 'stopping' | 'finished' | 'failed';

export type EngineMessage =
  | { readonly type: 'probed'; readonly device: DeviceSummary; readonly details: Readonly<Record<string, string | number | boolean>>; readonly flopsPerSecond: number; readonly limits: DeviceLimits }
  | { readonly type: 'probe-failed'; readonly explanation: Explanation }
  | { readonly type: 'status'; readonly status: EngineStatus }
  /** The engine's program did not load or broke down, whatever it was doing: nothing that it was asked for will come. */
  | { readonly type: 'broken'; readonly explanation: Explanation }
  /** The worker is there, and holds the lock of the name that `open` gave for as long as it lives. */
  | { readonly type: 'opened' }
  | { readonly type: 'pong' }
  /** `problem`: why one could not be discarded. */
  | { readonly type: 'checkpoints'; readonly list: readonly CheckpointSummary[]; readonly problem: Explanation | null }
  /** An attempt to save the run: what it has behind it that is safe. `savedAt`: when that was (ISO); `problem`: why the newest state is not saved. */
  | { readonly type: 'saved'; readonly run: string; readonly at: number; readonly savedAt: string | null; readonly bytes: number; readonly problem: Explanation | null }
  /** Of a run that goes on: its log as it was saved, in batches, before its own events. */
  | { readonly type: 'log-in-force'; readonly run: string; readonly events: readonly RunEvent[] }
  | { readonly type: 'resume-refused'; readonly run: string; readonly explanation: Explanation }
  /** The run can go on from its checkpoint in another worker only: this one cannot open the device again, or not with as many threads. */
  | { readonly type: 'restart-needed'; readonly run: string; readonly explanation: Explanation | null }
  /** Batched: at most about four messages a second while the run is busy. */
  | { readonly type: 'events'; readonly events: readonly RunEvent[] }
  /** What waits for the next generation: changes, and the candidate that will be the parent; null where nothing does. */
  | { readonly type: 'pending'; readonly changes: SearchSettingsChanges | null; readonly parent: string | null }
  /**
   * What one model has written so far; `id` is the candidate's, `dense` the dense model's. `tokensPerSecond`: of decoding, null for
   * a single token. `end`: why it ended, null while it is being written.
   */
  | { readonly type: 'sampled'; readonly which: ModelSubject['which']; readonly id: string; readonly postTrained: boolean; readonly prompt: string; readonly text: string; readonly tokens: number; readonly tokensPerSecond: number | null; readonly end: WritingEnd | 'stopped' | null }
  /** All that was asked for is written, or was ended. */
  | { readonly type: 'samples-done' }
  | { readonly type: 'sample-failed'; readonly explanation: Explanation }
  | { readonly type: 'speed'; readonly which: ModelSubject['which']; readonly id: string; readonly speed: Speed }
  | { readonly type: 'speeds-done' }
  | { readonly type: 'speed-failed'; readonly explanation: Explanation }
  | { readonly type: 'inspected'; readonly model: string; readonly inspection: ModelInspection }
  | { readonly type: 'text-inspected'; readonly text: string; readonly inspection: TextInspection }
  /** `subject`: the model or text that was asked for. */
  | { readonly type: 'inspect-failed'; readonly subject: string; readonly explanation: Explanation }
  | { readonly type: 'download'; readonly model: string; readonly download: DownloadState }
  | { readonly type: 'stored'; readonly models: readonly StoredModel[]; readonly usage: number | null; readonly quota: number | null }
  | ({ readonly type: 'export-progress' } & ExportProgress)
  | { readonly type: 'exports-done' }
  /** The model folder, ready to be zipped or copied; small files, then weights, the manifest last. */
  | { readonly type: 'folder'; readonly name: string; readonly files: readonly FolderEntry[] }
  /** `explanation` is null where it was cancelled. */
  | { readonly type: 'export-stopped'; readonly explanation: Explanation | null }
  /** The content is on the disk where the browser keeps files there, and is not copied. */
  | { readonly type: 'file'; readonly path: string; readonly blob: Blob }
  | { readonly type: 'file-missing'; readonly path: string };

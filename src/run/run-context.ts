import type { ModelInspection } from '../model/inspect-model.ts';
import type { OpenModel } from '../model/load-model.ts';
import type { PruneExecutor } from '../pruning/prune-executor.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Text } from '../sources/text.ts';
import type { Storage } from '../storage/storage.ts';
import type { ActiveClock } from './active-clock.ts';
import type { DeviceLimits } from './device-limits.ts';
import type { LiveModels } from './live-models.ts';
import type { RunControl } from './run-control.ts';

/** What a run needs of the world; the browser's worker and the headless runner each bring their own. */
export interface RunContext {
  readonly runtime: Runtime;
  readonly clock: ActiveClock;
  readonly control: RunControl;
  /** Cuts modules; `pruneWorkers` of them at once. */
  readonly executor: PruneExecutor;
  readonly pruneWorkers: number;
  /** What a run may take. */
  readonly limits: DeviceLimits;
  /** For what does not fit in memory; the run removes what it wrote. */
  readonly scratch: Storage;
  /** What a model is, before its weights are fetched. */
  inspectModel(id: string): Promise<ModelInspection>;
  openModel(id: string, onProgress: (done: number, total: number | null) => void): Promise<OpenModel>;
  openText(id: string): Promise<Text>;
  /** Told of the models on the device whenever they change, and of null before they are freed. */
  readonly onModels?: (models: LiveModels | null) => void;
  /** Takes a finished file. */
  saveFile(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
}

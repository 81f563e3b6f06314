import type { FormatId } from '../export/formats.ts';
import type { ModelInspection } from '../model/inspect-model.ts';
import type { OpenModel } from '../model/load-model.ts';
import type { KeptInverter } from '../pruning/kept-inverse.ts';
import type { PruneExecutor } from '../pruning/prune-executor.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Text } from '../sources/text.ts';
import type { Storage } from '../storage/storage.ts';
import type { ActiveClock } from './active-clock.ts';
import type { ExportDesk } from './exports/export-desk.ts';
import type { DeviceLimits } from './device-limits.ts';
import type { LiveModels } from './live-models.ts';
import type { RunControl } from './run-control.ts';

/** Where a run writes its winner. */
export interface ExportPlace {
  readonly storage: Storage;
  /** What comes before the paths of a format; default: a folder of its own for each. */
  readonly place?: (format: FormatId) => string;
  /** Where files are opened that the run's own runtime cannot run. */
  readonly otherRuntime?: () => Promise<Runtime>;
}

/** What a run needs of the world; the browser's worker and the headless runner each bring their own. */
export interface RunContext {
  readonly runtime: Runtime;
  /** Opens the device anew when it was lost, in place of the one before, which ends; default: the run fails then. `smaller`: for smaller dispatches. */
  readonly reopen?: (care: { readonly smaller: boolean }) => Promise<Runtime>;
  readonly clock: ActiveClock;
  readonly control: RunControl;
  /** Cuts modules; `pruneWorkers` of them at once. */
  readonly executor: PruneExecutor;
  readonly pruneWorkers: number;
  /** Inverts Hessians of what is cut on a device; default: on this thread. */
  readonly invert?: KeptInverter;
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
  /** How long the timing of a model's speed, and of all levels, may take, about; default 6 and 20 seconds. */
  readonly timing?: { readonly speedSeconds: number; readonly latencySeconds: number };
  readonly exports: ExportPlace;
  /** Told of the desk that writes the winner while its weights are on the device, and of null before they are freed. */
  readonly onExports?: (desk: ExportDesk | null) => void;
}

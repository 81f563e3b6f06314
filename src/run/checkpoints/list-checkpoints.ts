import { explain, type Explanation } from '../../base/explained-error.ts';
import type { BackendName } from '../../runtime/runtime.ts';
import type { Storage } from '../../storage/storage.ts';
import { phases, type Phase } from '../phases.ts';
import type { RunConfig } from '../run-config.ts';
import { CheckpointDamagedError, CheckpointMissingError } from './checkpoint-errors.ts';
import { checkpointsFolder, folderOf, isRunId } from './checkpoint-files.ts';
import type { CommitMarker } from './commit-marker.ts';
import { findCommit } from './find-commit.ts';

/** What a list of runs that can go on tells of one. */
export interface CheckpointSummary {
  readonly run: string;
  /** ISO times: of the run's beginning and of the last commit; null where it cannot be read. */
  readonly startedAt: string | null;
  readonly savedAt: string | null;
  readonly config: RunConfig | null;
  readonly model: string | null;
  /** The one that is under way, or comes next; null before the first commit of a phase and where it cannot be read. */
  readonly phase: Phase | null;
  /** Generations that are over, of how many. */
  readonly generation: number;
  readonly generations: number;
  /** Active seconds. */
  readonly at: number;
  /** On the disk. */
  readonly bytes: number;
  readonly backend: BackendName | null;
  readonly threads: number | null;
  /** Why the run cannot go on from it; null where it can. */
  readonly refused: Explanation | null;
}

/**
 * Every checkpoint of a storage, the one that was saved last first; those that cannot be read too, at the end. Hashes of their logs and parts are not
 * checked here. Throws the errors of listing, such as StorageUnavailableError.
 */
export async function listCheckpoints(storage: Storage): Promise<readonly CheckpointSummary[]> {
  const bytes = new Map<string, number>();
  for (const { path, size } of await storage.list(checkpointsFolder)) {
    const [, run = '', ...rest] = path.split('/');
    if (rest.length > 0 && isRunId(run)) bytes.set(run, (bytes.get(run) ?? 0) + size);
  }
  const found = await Promise.all([...bytes].map(([run, size]) => summaryOf(storage, run, size)));
  return found.filter((one) => one !== null).toSorted((a, b) => (b.savedAt ?? '').localeCompare(a.savedAt ?? ''));
}

/** Removes what is saved of a run; nothing happens where there is nothing. Throws StorageBusyError where a file of it is open. */
export async function removeCheckpoint(storage: Storage, run: string): Promise<void> {
  if (isRunId(run)) await storage.remove(folderOf(run));
}

/** Null where it was removed meanwhile. */
async function summaryOf(storage: Storage, run: string, bytes: number): Promise<CheckpointSummary | null> {
  try {
    return told(await newestMarker(storage, run), bytes);
  } catch (error) {
    if (error instanceof CheckpointMissingError) return null;
    const unknown = { startedAt: null, savedAt: null, config: null, model: null, phase: null, backend: null, threads: null };
    return { run, ...unknown, generation: 0, generations: 0, at: 0, bytes, refused: explain(error) };
  }
}

/** A run that is going on may commit while its files are looked at: what looks damaged is looked at again. */
async function newestMarker(storage: Storage, run: string): Promise<CommitMarker> {
  try {
    return (await findCommit(storage, run, { checkLog: false })).marker;
  } catch (error) {
    if (!(error instanceof CheckpointDamagedError)) throw error;
    return (await findCommit(storage, run, { checkLog: false })).marker;
  }
}

function told({ run, startedAt, savedAt, config, progress }: CommitMarker, bytes: number): CheckpointSummary {
  const { device, search, at } = progress;
  const position = search?.position;
  return {
    run,
    startedAt,
    savedAt,
    config,
    model: config.model,
    phase: phaseOf({ config, progress }),
    generation: position?.generation ?? 0,
    generations: position?.settings.generations ?? config.search.generations,
    at,
    bytes,
    backend: device?.backend ?? null,
    threads: device?.threads ?? null,
    refused: null,
  };
}

/** The first phase that is not over; post-training only where there is some. */
function phaseOf({ config, progress }: Pick<CommitMarker, 'config' | 'progress'>): Phase | null {
  if (progress.events === 0) return null;
  const trains = config.postTraining.tokens > 0 && progress.searched?.stopped !== true;
  return phases.find((phase) => progress.phaseSeconds[phase] === undefined && (phase !== 'post-train' || trains)) ?? null;
}

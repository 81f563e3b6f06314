import { create } from 'zustand';
import type { Explanation } from '../../base/explained-error.ts';
import type { RunOrigin, StoredRun } from './stored-run.ts';

/** The stored runs as the page shows them. */
export interface Runs {
  /** Newest first; null until they were read. */
  readonly runs: readonly StoredRun[] | null;
  /** Deleted a moment ago, newest first: they can be brought back. */
  readonly deleted: readonly StoredRun[];
  /** Runs in the storage that could not be read: another version of the page wrote them. */
  readonly unread: number;
  /** Ids of runs that are under way, here or in another tab. */
  readonly alive: ReadonlySet<string>;
  /** The run that is recorded in this tab. */
  readonly recording: string | null;
  /** Why runs are not stored, or only until this tab is closed; null where they are. */
  readonly problem: Explanation | null;
  /** Bytes that the browser has for this site, and of them in use; null where it does not tell. */
  readonly space: { readonly usage: number; readonly quota: number } | null;
  /** Whether the browser has promised not to clear them when the disk is full; null where it does not tell. */
  readonly persisted: boolean | null;
  /** What the run that was just started is called, and what it is a control of. */
  readonly planned: { readonly name: string; readonly origin: RunOrigin } | null;
}

/** Written only by the library (`run-library.ts`) and what starts controls. */
export const runsStore = create<Runs>(() => ({ runs: null, deleted: [], unread: 0, alive: new Set(), recording: null, problem: null, space: null, persisted: null, planned: null }));

/** Subscribes a component to a part of the stored runs. */
export const useRuns = <T>(selector: (runs: Runs) => T): T => runsStore(selector);

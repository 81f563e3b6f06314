import type { ExportProgress } from '../run/exports/export-events.ts';

/** An export that was asked for and goes on. */
export interface Exporting {
  readonly purpose: 'formats' | 'folder';
  /** Null until the engine has said something. */
  readonly progress: ExportProgress | null;
  /** Where the step that is under way was first heard of, and when (ms): its pace is measured from there. */
  readonly since: { readonly at: number; readonly done: number };
  /** Of the step that is under way, from its measured pace; null while that is not known. */
  readonly secondsLeft: number | null;
  readonly cancelling: boolean;
}

export const beginExporting = (purpose: Exporting['purpose']): Exporting => ({ purpose, progress: null, since: { at: 0, done: 0 }, secondsLeft: null, cancelling: false });

/** A pace from less than this (ms) says nothing yet. */
const shortest = 500;

/** The export after a message about its progress, heard at `now` (ms). */
export function reduceExporting(exporting: Exporting, progress: ExportProgress, now: number): Exporting {
  const before = exporting.progress;
  if (before?.format !== progress.format || before.step !== progress.step) {
    return { ...exporting, progress, since: { at: now, done: progress.done }, secondsLeft: null };
  }
  const [elapsed, done] = [now - exporting.since.at, progress.done - exporting.since.done];
  if (elapsed < shortest || done <= 0) return { ...exporting, progress };
  return { ...exporting, progress, secondsLeft: (((progress.total - progress.done) / done) * elapsed) / 1000 };
}

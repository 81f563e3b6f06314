import { nextTask } from '../base/next-task.ts';

/** How long a slice of work may keep the event loop, milliseconds. */
const SLICE = 25;

export interface SlicedOptions<Step> {
  /** Called with the last step of every slice, and of the whole. */
  readonly onProgress?: ((step: Step) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Drives stepwise work to its end and gives the event loop a turn every few milliseconds, so that messages (a cancel
 * among them) are heard and progress is shown. Throws the signal's reason once it is aborted.
 */
export async function runSliced<Step, Outcome>(
  steps: Generator<Step, Outcome>,
  { onProgress, signal }: SlicedOptions<Step> = {},
): Promise<Outcome> {
  let sliceEnd = performance.now() + SLICE;
  for (;;) {
    signal?.throwIfAborted();
    const next = steps.next();
    if (next.done === true) return next.value;
    if (performance.now() < sliceEnd) continue;
    onProgress?.(next.value);
    await nextTask();
    sliceEnd = performance.now() + SLICE;
  }
}

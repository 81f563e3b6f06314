/** Idle work waits no longer than this, milliseconds. */
const patience = 400;

/** Calls `work` when the page has nothing urgent to do. Returns a function that takes it back. */
export function whenIdle(work: () => void): () => void {
  if (typeof requestIdleCallback === 'function') {
    const handle = requestIdleCallback(work, { timeout: patience });
    return () => cancelIdleCallback(handle);
  }
  const handle = setTimeout(work, 50); // Safari has no requestIdleCallback
  return () => clearTimeout(handle);
}

/**
 * Calls `work` when the page has nothing urgent to do, or after `patience` milliseconds. Returns a function that takes it
 * back.
 */
export function whenIdle(work: () => void, patience = 400): () => void {
  if (typeof requestIdleCallback === 'function') {
    const handle = requestIdleCallback(work, { timeout: patience });
    return () => cancelIdleCallback(handle);
  }
  const handle = setTimeout(work, 50); // Safari has no requestIdleCallback
  return () => clearTimeout(handle);
}

/** Which runs are under way, by locks that a browser frees when the tab that has them is gone. */

const prefix = 'darwinlm-run-';

/** Older browsers, and pages over plain http, have none. */
const locks = (): LockManager | undefined => (typeof navigator === 'undefined' ? undefined : navigator.locks);

/** All locks of the site that somebody holds: their names, and who, where the browser tells. */
export async function locksHeld(): Promise<readonly { readonly name: string; readonly holder: string | null }[]> {
  const { held = [] } = (await locks()?.query().catch(() => undefined)) ?? {}; // some browsers refuse it
  return held.flatMap(({ name, clientId }) => (name === undefined ? [] : [{ name, holder: clientId ?? null }]));
}

/** Ids of the runs that some tab has. */
export async function heldRuns(): Promise<ReadonlySet<string>> {
  return new Set((await locksHeld()).flatMap(({ name }) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : [])));
}

/** Waits until nobody has a run: its tab was closed, or is done with it. Rejects with the signal's reason; never ends where there are no locks. */
export async function whenFreed(id: string, signal: AbortSignal): Promise<void> {
  const manager = locks();
  if (!manager) return await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  // Shared, so that all who wait hear of it, and given back at once.
  await manager.request(prefix + id, { mode: 'shared', signal }, () => undefined);
}

/** Which runs are being recorded, by locks that a browser frees when their tab is gone. */

const prefix = 'darwinlm-run-';

/** Older browsers, and pages over plain http, have none. */
const locks = (): LockManager | undefined => (typeof navigator === 'undefined' ? undefined : navigator.locks);

/** Says that this tab records the run, until `release`. */
export function holdRun(id: string): { readonly release: () => void } {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  void locks()?.request(prefix + id, () => held).catch(() => undefined);
  return { release };
}

/** Ids of the runs that some tab records. */
export async function heldRuns(): Promise<ReadonlySet<string>> {
  const { held = [] } = (await locks()?.query().catch(() => undefined)) ?? {}; // some browsers refuse it
  return new Set(held.flatMap(({ name }) => (name?.startsWith(prefix) ? [name.slice(prefix.length)] : [])));
}

/** Which worker has a run and its checkpoint: a lock that the browser frees when the worker is gone. */

const prefix = 'darwinlm-run-';
/** A tab that was closed, or a worker that was ended, is gone within moments: for so long a lock is asked for again. */
const [tries, pause] = [20, 100];

/** Null where somebody else has the lock. Where the browser has no locks there is nobody to tell from. */
function request(run: string): Promise<Disposable | null> {
  if (!('locks' in navigator)) return Promise.resolve({ [Symbol.dispose]: () => undefined });
  return new Promise((resolve, reject) => {
    const held = (lock: Lock | null): Promise<void> | void => {
      if (lock === null) return resolve(null);
      return new Promise((release) => resolve({ [Symbol.dispose]: release }));
    };
    navigator.locks.request(prefix + run, { ifAvailable: true }, held).catch(reject);
  });
}

/** Takes a run until disposed; null where another worker, perhaps of another tab, has it. */
export async function takeRunLock(run: string): Promise<Disposable | null> {
  for (let attempt = 1; ; attempt++) {
    const lock = await request(run);
    if (lock !== null || attempt === tries) return lock;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

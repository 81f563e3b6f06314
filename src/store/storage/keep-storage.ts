import { runsStore } from '../runs/runs-store.ts';

const askedKey = 'asked-to-keep';

/** Asks the browser not to clear the page's storage when the disk is full; some browsers ask the reader. */
export async function askToKeep(): Promise<void> {
  try {
    localStorage.setItem(askedKey, 'yes');
  } catch {
    // Then it is asked again another time.
  }
  try {
    runsStore.setState({ persisted: await navigator.storage.persist() });
  } catch {
    // Nothing is promised then.
  }
}

/** Once in the life of this browser, unless the reader asks again. Nothing where it was promised before. */
export async function askToKeepOnce(): Promise<void> {
  try {
    if (localStorage.getItem(askedKey) !== null || (await navigator.storage.persisted())) return;
  } catch {
    return;
  }
  await askToKeep();
}

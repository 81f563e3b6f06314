/**
 * A service worker does not see what the engine's worker fetches if that was started before it, as on a first visit. So the engine tells
 * the page, which asks for the same files once more (mostly out of the browser's own cache), and these are kept.
 */
const name = 'darwinlm-fetched';
const question = 'which';

/** In the engine's worker: tells which addresses it fetched, when asked. */
export function tellWhatIsFetched(): void {
  const line = new BroadcastChannel(name);
  line.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (data === question) line.postMessage(performance.getEntriesByType('resource').map((entry) => entry.name));
  };
}

/** In the page: asks the engines of this site, whose answers come when they have a moment. Returns how to ask again. */
export function askWhatIsFetched(heard: (addresses: readonly string[]) => void): () => void {
  const line = new BroadcastChannel(name);
  line.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (Array.isArray(data)) heard(data.filter((address) => typeof address === 'string'));
  };
  return () => line.postMessage(question);
}

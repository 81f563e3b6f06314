import { create } from 'zustand';
import { askWhatIsFetched } from '../worker/fetched-files.ts';
import type { ServiceWorkerAnswer, ServiceWorkerCommand } from '../worker/service-worker.ts';
import { trustedAddress } from '../worker/trusted-address.ts';
import { engineStore, isOver } from './run-store.ts';

/** `waits`: another version of the site was fetched, and is used when this one is left. `others`: other tabs still show this one. */
type NewVersion = 'none' | 'waits' | 'others';

const store = create<{ readonly state: NewVersion }>(() => ({ state: 'none' }));

export const useNewVersion = (): NewVersion => store((state) => state.state);

const lookMilliseconds = 3_600_000;

let registration: ServiceWorkerRegistration | undefined;

function look(): void {
  // Where no version was in charge, the one that waits is the first.
  if (registration?.waiting && navigator.serviceWorker.controller) store.setState({ state: 'waits' });
}

function follow(worker: ServiceWorker | null | undefined): void {
  worker?.addEventListener('statechange', look);
}

/** What the engine uses before a service worker is there: asked for when that comes, and when a run is over. */
function keepWhatIsUsed(): void {
  if (navigator.serviceWorker.controller) return; // which sees it by itself
  const kept = new Set<string>();
  const ask = askWhatIsFetched((addresses) => {
    for (const address of addresses) {
      if (kept.has(address) || !address.startsWith(new URL('./', document.baseURI).href)) continue;
      kept.add(address);
      void fetch(address, { cache: 'force-cache' }).catch(() => kept.delete(address));
    }
  });
  navigator.serviceWorker.addEventListener(
    'controllerchange',
    () => {
      ask();
      engineStore.subscribe((now, before) => {
        if (isOver(now.status) && !isOver(before.status)) ask();
      });
    },
    { once: true },
  );
}

/**
 * Keeps the site on this device, so that it opens without a network, and looks now and then for another version of it. Does nothing in
 * development, and where the browser or its settings forbid it: then the site needs the network, as any other.
 */
export async function keepOffline(): Promise<void> {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  keepWhatIsUsed();
  try {
    registration = await navigator.serviceWorker.register(trustedAddress('./sw.js'));
  } catch {
    return;
  }
  if (registration === undefined) return; // as browsers say that are told to block it
  look();
  follow(registration.installing);
  registration.addEventListener('updatefound', () => follow(registration?.installing));
  setInterval(() => void registration?.update().catch(() => {}), lookMilliseconds);
}

/** Lets the version that waits take over and loads the page again; not while another tab shows the site, whose files would go. */
export function takeNewVersion(): void {
  const { waiting } = registration ?? {};
  if (!waiting) return;
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }: MessageEvent<ServiceWorkerAnswer>) => {
    if (data === 'others') store.setState({ state: 'others' });
  };
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
  waiting.postMessage('take-over' satisfies ServiceWorkerCommand, [port2]);
}

import { OfflineFiles, type OfflineFile } from './offline-files.ts';

/** What this worker is told: another version waits until it is told to take over, so that no run is interrupted. */
export type ServiceWorkerCommand = 'take-over';
/** `others`: another tab shows the site and would lose the files that it was opened with. */
export type ServiceWorkerAnswer = 'taking-over' | 'others';

/** Filled in by the build (`scripts/offline.ts`). */
declare const OFFLINE_FILES: readonly OfflineFile[];
declare const SECURITY_HEADERS: Readonly<Record<string, string>>;

interface LastingEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface FetchingEvent extends LastingEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}
/** TypeScript's types of service workers and of pages exclude each other. */
interface ServiceWorkerScope {
  readonly registration: ServiceWorkerRegistration;
  readonly clients: { claim(): Promise<void>; matchAll(options: { type: 'window'; includeUncontrolled: boolean }): Promise<readonly { readonly url: string }[]> };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install' | 'activate', listener: (event: LastingEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: FetchingEvent) => void): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<ServiceWorkerCommand> & LastingEvent) => void): void;
}

const worker = self as unknown as ServiceWorkerScope;
const { scope } = worker.registration;

const fetchFile = (address: string, options?: RequestInit): Promise<Response> => fetch(address, options);
const files = new OfflineFiles(OFFLINE_FILES, { scope, headers: SECURITY_HEADERS, cache: caches.open(`darwinlm ${scope}`), fetch: fetchFile });

worker.addEventListener('install', (event) => event.waitUntil(files.install()));

// The page that installed it is served by it from then on, so that what it uses is kept.
worker.addEventListener('activate', (event) => event.waitUntil(files.tidy().then(() => worker.clients.claim())));

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const file = request.method === 'GET' && !request.headers.has('range') ? files.fileAt(request.url) : null;
  if (file) event.respondWith(files.answer(file, request, (writing) => event.waitUntil(writing)));
});

async function takeOver(): Promise<ServiceWorkerAnswer> {
  const pages = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  // Those of other sites on this host are among them.
  if (pages.filter(({ url }) => url.startsWith(scope)).length > 1) return 'others';
  await worker.skipWaiting();
  return 'taking-over';
}

worker.addEventListener('message', (event) => event.waitUntil(takeOver().then((answer) => event.ports[0]?.postMessage(answer))));

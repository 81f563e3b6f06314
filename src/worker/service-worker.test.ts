import { afterEach, expect, it, vi } from 'vitest';

const scope = 'https://host.example/some/where/';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

/** What the worker answers to `take-over` where these pages are open, and how often it took over. */
async function askedWith(pages: readonly string[]) {
  const listeners = new Map<string, (event: object) => void>();
  const skipWaiting = vi.fn<() => Promise<void>>(async () => {});
  vi.stubGlobal('OFFLINE_FILES', []);
  vi.stubGlobal('SECURITY_HEADERS', {});
  vi.stubGlobal('caches', { open: async () => undefined });
  vi.stubGlobal('self', {
    registration: { scope },
    clients: { claim: async () => undefined, matchAll: async () => pages.map((url) => ({ url })) },
    skipWaiting,
    addEventListener: (type: string, listener: (event: object) => void) => listeners.set(type, listener),
  });
  await import('./service-worker.ts');
  const answer = await new Promise((postMessage) => {
    listeners.get('message')?.({ ports: [{ postMessage }], waitUntil: () => undefined });
  });
  return { answer, tookOver: skipWaiting.mock.calls.length };
}

it('takes over from the version before, but not while another tab shows the site', async () => {
  expect(await askedWith([`${scope}?view=runs`])).toEqual({ answer: 'taking-over', tookOver: 1 });
  vi.resetModules();
  expect(await askedWith([scope, `${scope}?gens=3`])).toEqual({ answer: 'others', tookOver: 0 });
});

it('does not take tabs of other sites on the same host for its own', async () => {
  expect(await askedWith([scope, 'https://host.example/another/'])).toEqual({ answer: 'taking-over', tookOver: 1 });
});

import type { BrowserContext, Worker } from '@playwright/test';

const mark = 'security policy violation';
/** What Chromium writes to the console where a Content-Security-Policy or Trusted Types stand against something. */
const complaint = new RegExp(`Content Security Policy|requires 'Trusted|${mark}`);

/** In a page or a worker: tells of violations by the console, which a test can hear from both. */
function report(text: string): void {
  addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile, sample }) => {
    console.error(`${text}: ${violatedDirective} of ${blockedURI} in ${sourceFile} ${sample}`);
  });
}

/** What the pages of a test do that a page of this site must not: break their security policy, or ask anything of an origin that is not its own. */
export class Conduct {
  readonly #origins = new Set<string>();
  readonly #problems: string[] = [];

  /** `own`: address of the site. */
  constructor(own: string) {
    this.allow(own);
  }

  /** Origins that this test's pages may ask too: the Hub that it chooses, another host that it serves the site on. */
  allow(...addresses: readonly string[]): void {
    for (const address of addresses) this.#origins.add(new URL(address).origin);
  }

  /** All that was done wrong since it was last asked for. */
  take(): string[] {
    return this.#problems.splice(0);
  }

  /** Watches every page, worker and service worker that a context will have. */
  watch(context: BrowserContext): void {
    // A worker may have ended before it can be told anything.
    const tell = (worker: Worker): void => void worker.evaluate(report, mark).catch(() => undefined);
    void context.addInitScript(report, mark).catch(() => undefined);
    context.on('console', (message) => {
      if (complaint.test(message.text())) this.#problems.push(message.text());
    });
    context.on('request', (request) => this.#ask(request.url()));
    context.on('serviceworker', tell);
    context.on('page', (page) => {
      page.on('worker', tell);
      page.on('websocket', (socket) => this.#ask(socket.url()));
    });
  }

  #ask(address: string): void {
    const { protocol, origin } = new URL(address);
    const within = ['blob:', 'data:', 'about:'].includes(protocol);
    if (!within && !this.#origins.has(origin)) this.#problems.push(`a request to ${address}`);
  }
}

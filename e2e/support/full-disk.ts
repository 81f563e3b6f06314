import type { CDPSession } from '@playwright/test';
import type { Page } from './test.ts';

/** The site's folder of the browser's private file system. */
const folder = 'darwinlm';

/** Puts a file of zeros into the site's storage, below its folder. */
export async function putFile(page: Page, path: string, bytes: number): Promise<void> {
  await page.evaluate(
    async ([parts, size]) => {
      let directory = await navigator.storage.getDirectory();
      for (const part of parts.slice(0, -1)) directory = await directory.getDirectoryHandle(part, { create: true });
      const file = await directory.getFileHandle(parts.at(-1) ?? '', { create: true });
      const stream = await file.createWritable();
      await stream.write(new Uint8Array(size));
      await stream.close();
    },
    [[folder, ...path.split('/')], bytes] as const,
  );
}

/** The browser's quota, set from outside: its own estimate does not tell of it. */
export class Disk {
  readonly #page: Page;
  readonly #session: CDPSession;

  private constructor(page: Page, session: CDPSession) {
    this.#page = page;
    this.#session = session;
  }

  static async of(page: Page): Promise<Disk> {
    return new Disk(page, await page.context().newCDPSession(page));
  }

  /** Leaves so many bytes beside what is used now. */
  async leave(bytes: number): Promise<void> {
    const usage = await this.#page.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0);
    await this.#session.send('Storage.overrideQuotaForOrigin', { origin: this.#origin, quotaSize: usage + bytes });
  }

  /** As much room as there is. */
  async free(): Promise<void> {
    await this.#session.send('Storage.overrideQuotaForOrigin', { origin: this.#origin });
  }

  /** What a browser does that needs the room for itself: everything but settings goes. */
  async clear(): Promise<void> {
    await this.#session.send('Storage.clearDataForOrigin', { origin: this.#origin, storageTypes: 'file_systems,indexeddb' });
  }

  get #origin(): string {
    return new URL(this.#page.url()).origin;
  }
}

import { expect, test as base } from '@playwright/test';
import { Conduct } from './conduct.ts';

export { expect };
export type { BrowserContext, Locator, Page, TestInfo } from '@playwright/test';

interface Fixtures {
  /** What the test's pages do wrong; a test fails where anything is left of it in the end. */
  readonly conduct: Conduct;
}

/** Playwright's `test`, which watches what every page does; for all tests of this folder. */
export const test = base.extend<Fixtures>({
  conduct: [
    async ({ browser, baseURL }, use) => {
      const conduct = new Conduct(baseURL ?? '');
      const watch = conduct.watch.bind(conduct);
      browser.on('context', watch);
      await use(conduct);
      browser.off('context', watch);
      expect(conduct.take(), 'what the pages did against their security policy, and whom they asked besides their own site').toEqual([]);
    },
    { auto: true },
  ],
});

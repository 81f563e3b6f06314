import { expect, type Page } from '@playwright/test';

/** What a page did wrong since it was watched: console errors, uncaught exceptions, failed requests. */
export function watchForErrors(page: Page): readonly string[] {
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => errors.push(`exception: ${error.message}`));
  page.on('response', (response) => {
    if (response.status() >= 400) errors.push(`${response.status()}: ${response.url()}`);
  });
  return errors;
}

/** The button that starts a run. */
export function startButton(page: Page) {
  return page.getByRole('button', { name: /^start\b/i }).first();
}

/** Opens the site and waits until a run can be started. Returns the errors seen, which go on being collected. */
export async function openPage(page: Page, address = './'): Promise<readonly string[]> {
  const errors = watchForErrors(page);
  await page.goto(address);
  await expect(startButton(page)).toBeEnabled();
  return errors;
}

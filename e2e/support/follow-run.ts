import { expect, type Download, type Page } from '@playwright/test';

/** The name of the run bar's first button tells the state: it is what one can do next. */
const primaryButtons = { running: 'Pause', paused: 'Resume', over: 'New run' } as const;

/** The bar with the run's buttons and phases. */
export function runBar(page: Page) {
  return page.getByRole('navigation', { name: 'Run' });
}

/** Waits until the run is in a state; `over` is finished, stopped or failed. `timeout` in milliseconds. */
export async function waitForRunState(page: Page, state: keyof typeof primaryButtons, timeout: number): Promise<void> {
  await expect(runBar(page).getByRole('button', { name: primaryButtons[state], exact: true })).toBeVisible({ timeout });
}

/** Presses a button by its name and waits for the file that it saves. */
export async function download(page: Page, button: RegExp, timeout: number): Promise<{ path: string; name: string }> {
  const waiting = page.waitForEvent('download', { timeout });
  await page.getByRole('button', { name: button }).click();
  const file: Download = await waiting;
  return { path: await file.path(), name: file.suggestedFilename() };
}

/**
 * Makes the page save files as ordinary downloads, as browsers without a save dialog do: a test cannot answer the dialog.
 * To be called before the page is opened.
 */
export async function saveWithoutDialog(page: Page): Promise<void> {
  await page.addInitScript(() => {
    Reflect.deleteProperty(window, 'showOpenFilePicker');
    Reflect.deleteProperty(window, 'showSaveFilePicker');
  });
}

import { expect, type Locator, type Page } from '@playwright/test';
import type { RunEvent } from '../../src/run/run-events.ts';
import { downloadEvents, waitForRunState } from './follow-run.ts';
import { startButton } from './open-page.ts';

/** Opens the sheet that models are chosen in. */
export async function openModels(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: /^(change model|choose another model)…$/i }).click();
  const sheet = page.getByRole('dialog', { name: 'Choose a model' });
  await expect(sheet).toBeVisible();
  return sheet;
}

/** Sets the address of the Hub, and looks at a model of it. */
export async function useHub(sheet: Locator, endpoint: string, id: string): Promise<void> {
  await sheet.getByText(/^Mirror and token/).click();
  await sheet.getByLabel('Address of the Hub or a mirror').fill(endpoint);
  await sheet.getByRole('button', { name: 'Set', exact: true }).click();
  await sheet.getByLabel('Another model').fill(id);
  await sheet.getByRole('region', { name: 'Hugging Face' }).getByRole('button', { name: 'Look' }).click();
}

/** Gives the page a folder of this computer. */
export async function chooseFolder(sheet: Locator, folder: string): Promise<void> {
  await sheet.getByLabel('Folder', { exact: true }).setInputFiles(folder);
}

/** Runs to the end with the settings of the page; the events. `timeout` in milliseconds. */
export async function runThrough(page: Page, timeout: number): Promise<readonly RunEvent[]> {
  await startButton(page).click();
  await waitForRunState(page, 'over', timeout);
  return await downloadEvents(page);
}

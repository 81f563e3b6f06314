import { fileURLToPath } from 'node:url';
import { expect, type Page } from '@playwright/test';

const recording = fileURLToPath(new URL('../../public/recordings/tales-6m.jsonl.gz', import.meta.url));

/** Imports a recorded run (the one of the first visit, unless a file is named) on the Runs page, and opens it: no engine is needed for it. */
export async function openRecording(page: Page, file = recording): Promise<void> {
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: /^Runs/ }).click();
  await page.getByLabel('Files of runs').setInputFiles(file);
  await expect(page.getByText('Imported.')).toBeVisible({ timeout: 60_000 });
  await page.locator('.run-open').first().click();
  await expect(page.getByRole('navigation', { name: 'Recording' })).toBeVisible();
}

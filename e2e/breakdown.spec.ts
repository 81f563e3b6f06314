import { expect, test } from '@playwright/test';
import { downloadEvents, runBar, showResults, showSearch, waitForRunState } from './support/follow-run.ts';
import { openPage, startButton } from './support/open-page.ts';

const minute = 60_000;

test('an engine that breaks down is told, the log stays, and another run can be started', async ({ page }) => {
  test.setTimeout(4 * minute);
  await openPage(page, './?gens=30&lambda=4&calib=1024&eval=1024&stages=1:0:128');
  await startButton(page).click();
  await expect(page.getByRole('heading', { name: 'Generation' })).toBeVisible({ timeout: minute });

  // Playwright does not say a worker's name; the engine's is the one whose file is called so.
  const engine = page.workers().find((worker) => worker.url().includes('engine'));
  expect(engine).toBeDefined();
  await engine?.evaluate(() => void setTimeout(() => { throw new RangeError('out of memory, as a test'); }));
  await expect(page.getByRole('alert').filter({ hasText: 'The engine broke down.' }).first()).toBeVisible({ timeout: minute });
  await waitForRunState(page, 'over', minute);

  const types = (await downloadEvents(page)).map(({ type }) => type);
  expect(types[0]).toBe('run-started');
  expect(types).toContain('database-ready');
  expect(types.at(-1)).toBe('run-failed');
  await runBar(page).getByRole('button', { name: 'New run' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Start' }).click();
  await showSearch(page);
  await expect(page.getByRole('heading', { name: 'Generation' })).toBeVisible({ timeout: minute });
  await runBar(page).getByRole('button', { name: 'Stop' }).click();
  await page.getByRole('dialog').getByRole('button', { name: /^Stop/ }).click();
  await waitForRunState(page, 'over', 2 * minute);
  await showResults(page);
  await expect(page.getByRole('button', { name: /download onnx/i })).toBeEnabled({ timeout: minute });
});

import { downloadEvents, runBar, showResults, showSearch, waitForRunState } from './support/follow-run.ts';
import { engineOf } from './support/lose-device.ts';
import { openPage, startButton } from './support/open-page.ts';
import { expect, test } from './support/test.ts';
import { useTinyModel } from './support/tiny-model.ts';

const minute = 60_000;

test('an engine that breaks down and cannot be started again is told, the log stays, and the run is gone on with later', async ({ page, context }) => {
  test.setTimeout(6 * minute);
  await useTinyModel(context);
  await openPage(page, './?backend=wasm&gens=200&lambda=4&calib=256&eval=128&stages=1:0:64');
  await startButton(page).click();
  await expect(page.getByRole('heading', { name: /^Generation [2-9]/ })).toBeVisible({ timeout: minute });

  const engine = engineOf(page);
  expect(engine).toBeDefined();
  await context.route(/engine\.worker/, (route) => route.abort());
  await engine?.evaluate(() => void setTimeout(() => { throw new RangeError('out of memory, as a test'); }));
  await expect(page.getByRole('alert').filter({ hasText: 'The engine could not be started.' }).first()).toBeVisible({ timeout: minute });
  await waitForRunState(page, 'over', minute);

  const types = (await downloadEvents(page)).map(({ type }) => type);
  expect(types[0]).toBe('run-started');
  expect(types).toContain('database-ready');
  expect(types.at(-1)).toBe('run-failed');

  await context.unroute(/engine\.worker/);
  await showSearch(page);
  await page.getByRole('alert').getByRole('button', { name: 'Resume' }).click();
  await expect(runBar(page).getByText(/saved (just now|\d+)/)).toBeVisible({ timeout: minute });
  await runBar(page).getByRole('button', { name: 'Stop' }).click();
  await page.getByRole('dialog').getByRole('button', { name: /^Stop/ }).click();
  await waitForRunState(page, 'over', 2 * minute);
  await showResults(page);
  await expect(page.getByRole('button', { name: /download onnx/i })).toBeEnabled({ timeout: minute });
  const after = (await downloadEvents(page)).map(({ type }) => type);
  expect(after.filter((type) => type === 'run-resumed')).toHaveLength(1);
  expect(after).not.toContain('run-failed');
});

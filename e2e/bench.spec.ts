import { expect, test } from './support/test.ts';
import { overflowOf, seriousViolations } from './support/look-over.ts';
import { watchForErrors } from './support/open-page.ts';

const minute = 60_000;
const smallest = './bench.html?backend=wasm&groups=rates,prefill&sizes=1m';

test('measures this device, compares with transformers.js, and copies what it found as Markdown', async ({ page, context }) => {
  test.setTimeout(3 * minute);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const errors = watchForErrors(page);
  await page.goto(smallest);
  await page.getByRole('button', { name: 'Start' }).click();
  await expect(page.getByRole('button', { name: 'Cancel' })).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: 'Finished.' })).toBeVisible({ timeout: 2 * minute });

  const rows = page.getByRole('region', { name: 'Table of results' }).locator('tbody tr:has(td)');
  expect(await rows.getByRole('rowheader').allTextContents()).toEqual([
    'float32 matrix product, the peak',
    'forward, 1m',
    'training, 1m',
    'prefill of 256 tokens, transformers.js / ours, 1m, plain operators',
    'prefill of 512 tokens, transformers.js / ours, 1m, plain operators',
  ]);
  for (const text of await rows.locator('td.figures').allTextContents()) expect(Number.parseFloat(text), text).toBeGreaterThan(0);

  await page.getByRole('button', { name: 'Copy results as Markdown' }).click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain('- Runs on: WebAssembly, ');
  expect(copied).toMatch(/\| forward, 1m \| [\d.]+ tokens\/s \([\d.]+ to [\d.]+\) \| /);
  expect(copied).toMatch(/\| prefill of 256 tokens, .* \| [\d.]+ × \(/);
  expect(errors).toEqual([]);

  expect(await seriousViolations(page)).toEqual([]);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await overflowOf(page)).toBeLessThanOrEqual(0);
});

test('is driven by the keyboard, and what was found stands when it is cancelled', async ({ page }) => {
  const errors = watchForErrors(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto('./bench.html?backend=wasm&groups=rates&sizes=1m,135m');
  expect(await seriousViolations(page)).toEqual([]);
  await page.getByRole('checkbox', { name: /^135 M/ }).focus();
  await page.keyboard.press('Space');
  await expect(page.getByRole('checkbox', { name: /^135 M/ })).not.toBeChecked();
  await page.keyboard.press('Space');
  await page.getByRole('button', { name: 'Start' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('rowheader', { name: 'forward, 1m' })).toBeVisible({ timeout: minute });
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByText('Cancelled. What was measured stands.')).toBeVisible();
  await expect(page.getByRole('rowheader', { name: 'forward, 1m' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Start' })).toBeEnabled();
  expect(errors).toEqual([]);
});

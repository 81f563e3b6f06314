import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { downloadEvents, generationOf, resumptions, runBar, waitForRunState } from './support/follow-run.ts';
import { overflowOf, seriousViolations } from './support/look-over.ts';
import { openPage, startButton } from './support/open-page.ts';
import { expect, test, type BrowserContext } from './support/test.ts';
import { useTinyModel } from './support/tiny-model.ts';

const minute = 60_000;
const tokenizer = fileURLToPath(new URL('../fixtures/models/tiny-bytes/tokenizer.json', import.meta.url));

/** Passes every trial, and takes for ever over a z with a thousand x behind it. */
const hostilePattern = String.raw`z${'[xy]*'.repeat(8)}w|\s*\S+|\s+`;
const hostileText = `z${'x'.repeat(1000)}`;

/** The tiny model with a tokenizer that first cuts by that pattern. */
async function useHostileTokenizer(context: BrowserContext): Promise<void> {
  await useTinyModel(context);
  const file = JSON.parse(await readFile(tokenizer, 'utf8')) as { pre_tokenizer: object };
  const split = { type: 'Split', pattern: { Regex: hostilePattern }, behavior: 'Isolated', invert: false };
  const body = JSON.stringify({ ...file, pre_tokenizer: { type: 'Sequence', pretokenizers: [split, { ...file.pre_tokenizer, use_regex: false }] } });
  await context.route(/\/models\/tales-6m\/tokenizer\.json$/, (route) => route.fulfill({ body }));
}

test('an engine that never comes to an end is told of, and the run goes on in another', async ({ page, context }) => {
  test.setTimeout(4 * minute);
  await page.clock.install();
  await useHostileTokenizer(context);
  const errors = await openPage(page, './?backend=wasm&gens=400&lambda=4&calib=256&eval=128&stages=1:0:64');
  await startButton(page).click();
  await expect(page.getByRole('heading', { name: /^Generation [2-9]/ })).toBeVisible({ timeout: minute });
  await runBar(page).getByRole('button', { name: 'Pause' }).click();
  await waitForRunState(page, 'paused', minute);

  const panel = page.getByRole('region', { name: 'Same prompt, two models' });
  await panel.getByRole('textbox', { name: 'Prompt' }).fill(hostileText);
  await panel.getByRole('button', { name: 'Generate' }).click();
  await expect(panel.getByRole('button', { name: 'Stop' })).toBeVisible();
  const silence = page.getByRole('status').filter({ hasText: 'The engine has not answered for a minute.' });
  await expect(async () => {
    await page.clock.runFor(10_000);
    await expect(silence).toBeVisible({ timeout: 100 });
  }).toPass({ timeout: minute });
  expect(await seriousViolations(page)).toEqual([]);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await overflowOf(page)).toBeLessThanOrEqual(0);

  await silence.getByRole('button', { name: 'Start the engine anew' }).click();
  await expect(silence).toBeHidden();
  await expect(panel.getByText(/no longer answered/)).toBeVisible();
  // At once: what a run is told while it is opened again is not lost.
  await runBar(page).getByRole('button', { name: 'Resume' }).click();
  await page.setViewportSize({ width: 1440, height: 900 });
  const before = await generationOf(page);
  await expect(async () => expect(await generationOf(page)).toBeGreaterThan(before)).toPass({ timeout: minute });
  await runBar(page).getByRole('button', { name: 'Stop' }).click();
  await page.getByRole('dialog').getByRole('button', { name: /^Stop/ }).click();
  await waitForRunState(page, 'over', 2 * minute);
  expect(resumptions(await downloadEvents(page))).toEqual(['engine-broke']);
  expect(errors).toEqual([]);
});

import { expect, test, type Page } from './support/test.ts';
import { download, downloadEvents, downloadJson, runBar, stepRun, waitForRunState } from './support/follow-run.ts';
import { crossEntropy, heldOutSequences } from './support/held-out.ts';
import { overflowOf, seriousViolations } from './support/look-over.ts';
import { openOnnx } from './support/open-onnx.ts';
import { openPage, startButton } from './support/open-page.ts';
import type { RunConfigInput } from '../src/run/run-config.ts';
import type { RunResult } from '../src/run/run-result.ts';

const minutes = 60_000;
/** A short run of the bundled model; everything that a long one does. */
const shortRun = './?gens=8&lambda=6&calib=4096&eval=2048&stages=2:0:256,1:256:512';

test('a run: start, steer, pause, step, resume, finish, and the file opens elsewhere', async ({ page }) => {
  test.setTimeout(8 * minutes);
  const errors = await openPage(page, shortRun);
  await startButton(page).click();

  // Steer: the change waits, then acts from the next generation.
  await expect(page.getByRole('heading', { name: /^Generation [1-9]/ })).toBeVisible({ timeout: 2 * minutes });
  await page.getByRole('slider', { name: 'Max flips per child' }).press('ArrowLeft');
  await expect(page.getByText(/max flips 3 → 2/i).first()).toBeVisible(); // it waits, or a generation of a second later is in force

  await runBar(page).getByRole('button', { name: 'Pause' }).click();
  await waitForRunState(page, 'paused', minutes);
  const title = await page.title();
  await page.waitForTimeout(1500);
  expect(await page.title()).toBe(title);
  await lookOver(page);

  await stepRun(page, minutes);
  await stepRun(page, minutes);
  await runBar(page).getByRole('button', { name: 'Resume' }).click();
  await waitForRunState(page, 'over', 5 * minutes);
  await lookAtProfile(page);
  await lookOver(page);
  await page.getByRole('link', { name: 'See results' }).click();
  await lookOver(page);

  const config = await downloadJson<RunConfigInput>(page, /save run\.json/i);
  const result = await downloadJson<RunResult>(page, /save result\.json/i);
  const events = await downloadEvents(page);
  await page.getByRole('radio', { name: /^ONNX, fp32/ }).check();
  const model = await download(page, /download onnx/i, minutes);

  const changed = events.filter((event) => event.type === 'settings-changed');
  expect(changed).toMatchObject([{ before: { maxFlips: 3 }, after: { maxFlips: 2 } }]);
  await checkFile(model.path, result, config);
  expect(errors).toEqual([]);
});

/** Nothing for axe to find in either theme, and no sideways scrolling on a phone. */
async function lookOver(page: Page): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    expect(await seriousViolations(page)).toEqual([]);
  }
  const size = page.viewportSize() ?? { width: 1280, height: 720 };
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await overflowOf(page)).toBeLessThanOrEqual(0);
  await page.setViewportSize(size);
}

/** Where the time went: every phase, and the sessions that took it. */
async function lookAtProfile(page: Page): Promise<void> {
  await page.keyboard.press('3');
  await expect(page.locator('.profile-sentence')).toContainText(/^The run took .+, .+ of it in .+ of this device’s peak/);
  const phases = page.getByRole('region', { name: 'Table of phases' }).getByRole('rowheader');
  await expect(phases).toHaveText(['Load', 'Calibrate', 'Database', 'Search', 'Evaluate', 'Export', 'All phases']);
  await expect(page.getByRole('region', { name: 'Table of sessions and kernels' }).getByRole('rowheader', { name: 'mlp.forward' })).toBeVisible();
  await expect(page.getByText(/^After the first generation .+ were foretold for the whole run/)).toBeVisible();
  await page.keyboard.press('1');
}

/** Shapes, size and logits of the downloaded file, by another build of onnxruntime, against what the page reported. */
async function checkFile(path: string, result: RunResult, config: RunConfigInput): Promise<void> {
  await using file = await openOnnx(path);
  const attention = result.modules.filter(({ kind, heads }) => kind === 'attention' && heads.length > 0);
  for (const { layer, kvHeads } of attention) {
    expect(file.inputShapes[`past_key_values.${layer}.key`]).toEqual(['batch_size', kvHeads.length, 'past_sequence_length', 32]);
  }
  expect(file.inputs.filter((name) => name.endsWith('.key'))).toHaveLength(attention.length);
  expect(file.bytes).toBeGreaterThan(4 * result.parameters.pruned.total - 4096);
  expect(file.bytes).toBeLessThan(4.1 * result.parameters.pruned.total);

  let sum = 0;
  let positions = 0;
  const sequences = await heldOutSequences(config);
  expect(sequences.flat()).toHaveLength(2048);
  for (const sequence of sequences) {
    sum += crossEntropy(sequence, await file.logits(sequence));
    positions += sequence.length - 1;
  }
  expect(Math.exp(sum / positions) / result.heldOut.winner.perplexity).toBeCloseTo(1, 4);
}

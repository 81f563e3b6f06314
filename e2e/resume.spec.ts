import { canonicalLog } from '../src/run/canonical-log.ts';
import type { RunEvent } from '../src/run/run-events.ts';
import { downloadEvents, runBar, showSearch, waitForRunState } from './support/follow-run.ts';
import { engineOf, keepHoldOfDevices, loseDevice } from './support/lose-device.ts';
import { overflowOf, seriousViolations } from './support/look-over.ts';
import { openPage, startButton } from './support/open-page.ts';
import { expect, test, type Page } from './support/test.ts';
import { useTinyModel } from './support/tiny-model.ts';

const minute = 60_000;
/** A run that does everything: two kinds of stages, and post-training. */
const runOf = (generations: number): string => `./?backend=wasm&gens=${generations}&lambda=4&calib=256&eval=128&stages=2:0:64,1:64:128&post=4096&seed=7`;
/** Of seconds. */
const tiny = runOf(24);
/** Longer than the test. */
const long = runOf(4000);

const messages = (page: Page) => page.getByRole('region', { name: 'Messages' });
const interrupted = (page: Page) => messages(page).getByText(/^Run \d+ was interrupted/);

/** Starts a run and waits for a generation, so that something is saved. */
async function startRun(page: Page, generation: RegExp): Promise<void> {
  await startButton(page).click();
  await expect(page.getByRole('heading', { name: generation })).toBeVisible({ timeout: minute });
}

/** Runs that something is saved of, in the site's private files. */
const checkpointsOf = (page: Page) =>
  page.evaluate(async () => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('darwinlm');
    const names: string[] = [];
    for await (const name of (await folder.getDirectoryHandle('checkpoints')).keys()) names.push(name);
    return names;
  });

/** Of the heading. */
const generationOf = async (page: Page) => Number(/\d+/.exec((await page.getByRole('heading', { name: /^Generation \d/ }).textContent()) ?? '')?.[0]);

const resumptions = (events: readonly RunEvent[]) => events.flatMap((event) => (event.type === 'run-resumed' ? [event.why] : []));

test.beforeEach(({ context }) => useTinyModel(context));

let unbroken: readonly string[] | null = null;

/** What the run comes to that nobody interrupts. */
async function unbrokenLog(page: Page): Promise<readonly string[]> {
  if (unbroken) return unbroken;
  await openPage(page, tiny);
  await startButton(page).click();
  await waitForRunState(page, 'over', 2 * minute);
  unbroken = canonicalLog(await downloadEvents(page));
  return unbroken;
}

test('a run that a reload cut off is offered, and comes to what the unbroken run comes to', async ({ page }) => {
  test.setTimeout(6 * minute);
  const expected = await unbrokenLog(page);
  await openPage(page, tiny);
  await startRun(page, /^Generation ([3-9]|\d\d)/);
  await page.reload();

  await expect(interrupted(page)).toContainText(/in generation \d+ of 24/, { timeout: minute });
  expect(await seriousViolations(page)).toEqual([]);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await overflowOf(page)).toBeLessThanOrEqual(0);
  await page.setViewportSize({ width: 1280, height: 720 });
  const resume = messages(page).getByRole('button', { name: 'Resume' });
  await resume.focus();
  await page.keyboard.press('Enter');
  await waitForRunState(page, 'over', 2 * minute);
  const events = await downloadEvents(page);
  expect(resumptions(events)).toEqual(['returned']);
  expect(canonicalLog(events)).toEqual(expected);

  // The library tells the same, and nothing is left to go on with.
  await page.reload();
  await expect(page.getByRole('navigation', { name: 'Views' })).toBeVisible();
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: /^Runs/ }).click();
  await expect(page.locator('.run-row .run-state')).toHaveText(['finished', 'finished']);
  await expect(interrupted(page)).toHaveCount(0);
});

test('an engine that is ended without a word is started again, and the run goes on by itself', async ({ page }) => {
  test.setTimeout(6 * minute);
  const expected = await unbrokenLog(page);
  await openPage(page, tiny);
  await startRun(page, /^Generation ([3-9]|\d\d)/);
  await engineOf(page)?.evaluate(() => void setTimeout(() => self.close()));
  await expect(messages(page).getByText(/^The engine broke down/)).toBeVisible({ timeout: minute });
  await waitForRunState(page, 'over', 2 * minute);
  const events = await downloadEvents(page);
  expect(resumptions(events)).toEqual(['engine-broke']);
  expect(canonicalLog(events)).toEqual(expected);
});

test('a page that is closed in post-training is gone on with in another', async ({ page, context }) => {
  test.setTimeout(6 * minute);
  const expected = await unbrokenLog(page);
  await openPage(page, tiny);
  await startButton(page).click();
  await expect(runBar(page).locator('[aria-current="step"]')).toContainText('Post-train', { timeout: minute });
  await page.close();

  const other = await context.newPage();
  await other.goto(tiny);
  await expect(interrupted(other)).toBeVisible({ timeout: minute });
  await messages(other).getByRole('button', { name: 'Resume' }).click();
  await waitForRunState(other, 'over', 2 * minute);
  expect(canonicalLog(await downloadEvents(other))).toEqual(expected);
});

test('what is saved of a run can be let go, and a frozen tab goes on', async ({ page }) => {
  test.setTimeout(6 * minute);
  await openPage(page, long);
  await startRun(page, /^Generation 1/);
  const session = await page.context().newCDPSession(page);
  await session.send('Page.setWebLifecycleState', { state: 'frozen' });
  await new Promise((resolve) => setTimeout(resolve, 6000));
  await session.send('Page.setWebLifecycleState', { state: 'active' });
  const before = await generationOf(page);
  await expect.poll(() => generationOf(page), { timeout: minute }).toBeGreaterThan(before + 2);
  await showSearch(page);
  await page.reload();
  await messages(page).getByRole('button', { name: 'Discard…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Discard' }).click();
  await expect(interrupted(page)).toHaveCount(0);
  await expect.poll(() => checkpointsOf(page), { timeout: minute }).toEqual([]);
  await page.reload();
  await expect(startButton(page)).toBeEnabled();
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: /^Runs/ }).click();
  await expect(page.locator('.run-row .run-state')).toHaveText(['interrupted']);
});

test('a device that is lost twice is opened again, and the run finishes @webgpu', async ({ page, context }) => {
  test.setTimeout(8 * minute);
  await keepHoldOfDevices(context);
  await openPage(page, './?backend=webgpu&gens=6&lambda=2&calib=64&eval=64&stages=1:0:64&seed=7');
  await startRun(page, /^Generation \d/);
  await loseDevice(page);
  await expect(messages(page).getByText(/^The graphics device was lost, and the run goes on/)).toBeVisible({ timeout: 2 * minute });
  // Further than it was saved then: else the second loss takes back that the first was told of.
  const before = await generationOf(page);
  await expect.poll(() => generationOf(page), { timeout: minute }).toBeGreaterThan(before + 1);
  await loseDevice(page);
  await waitForRunState(page, 'over', 4 * minute);
  const events = await downloadEvents(page);
  expect(resumptions(events)).toEqual(['device-lost', 'device-lost']);
  expect(events.at(-1)?.type).toBe('run-finished');
  const generations = events.flatMap((event) => (event.type === 'generation-finished' ? [event.generation] : []));
  expect(generations).toEqual(Array.from({ length: 6 }, (_, index) => index + 1));
});

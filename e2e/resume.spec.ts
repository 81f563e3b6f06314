import { canonicalLog } from '../src/run/canonical-log.ts';
import { downloadEvents, generationOf, resumptions, runBar, showSearch, waitForRunState } from './support/follow-run.ts';
import { engineOf } from './support/lose-device.ts';
import { overflowOf, seriousViolations } from './support/look-over.ts';
import { openPage, startButton } from './support/open-page.ts';
import { savedRuns } from './support/saved-runs.ts';
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

/** In the page: puts what is no gzip in the place of all stored events. */
async function damageLogs(): Promise<void> {
  const done = <T>(request: IDBRequest<T>): Promise<T> => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const database = await done(indexedDB.open('darwinlm-runs'));
  const pieces = database.transaction('pieces', 'readwrite').objectStore('pieces');
  for (const key of await done(pieces.getAllKeys())) await done(pieces.put(Uint8Array.of(0x1f, 0x8b, 0), key));
  database.close();
}

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
  await expect(interrupted(page)).toBeVisible({ timeout: minute });
  await page.evaluate(damageLogs);
  await messages(page).getByRole('button', { name: 'Show log' }).click();
  await expect(messages(page)).toContainText("Its log cannot be shown: Piece 1 of this run's events is damaged.");
  await messages(page).getByRole('button', { name: 'Discard…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Discard' }).click();
  await expect(interrupted(page)).toHaveCount(0);
  await expect.poll(() => savedRuns(page), { timeout: minute }).toEqual([]);
  await page.reload();
  await expect(startButton(page)).toBeEnabled();
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: /^Runs/ }).click();
  await expect(page.locator('.run-row .run-state')).toHaveText(['interrupted']);
});

import { download, generationOf, showResults, waitForRunState } from './support/follow-run.ts';
import { startButton, watchForErrors } from './support/open-page.ts';
import { expect, test, type Page } from './support/test.ts';
import { openTiny, startTinyHub } from './support/tiny-hub.ts';

const seconds = 1000;

const bar = (page: Page) => page.getByRole('navigation', { name: 'Watching' });

/** The generation that the watched run stands at. */
async function generation(page: Page): Promise<number> {
  return Number(/generation ([\d,]+) of/.exec((await bar(page).textContent()) ?? '')?.[1]?.replace(',', '') ?? 0);
}

test('a run of another tab is watched as it goes, and resumed here when that tab is closed', async ({ page: owner, context, conduct }) => {
  test.setTimeout(240 * seconds);
  await using hub = await startTinyHub(conduct);
  await openTiny(owner, hub, 3000);
  await startButton(owner).click();
  await expect(owner.getByRole('heading', { name: /^Generation \d/ })).toBeVisible({ timeout: 90 * seconds });

  const watcher = await context.newPage();
  const errors = watchForErrors(watcher);
  await watcher.goto('./');
  await watcher.getByRole('button', { name: 'Watch', exact: true }).click();
  await expect(bar(watcher)).toContainText('You are watching Run 1, which runs in another tab.');
  const first = await generation(watcher);
  await expect(watcher.getByRole('grid')).toBeVisible();
  await expect.poll(() => generation(watcher), { timeout: 20 * seconds }).toBeGreaterThan(first);
  await expect(watcher.getByRole('navigation', { name: 'Run', exact: true })).toBeHidden();
  await expect(watcher.getByRole('button', { name: /^(start\b|pause|resume|step|stop$)/i })).toHaveCount(0);
  await watcher.keyboard.press('Space'); // neither starts nor pauses anything
  await expect(bar(watcher)).toBeVisible();

  await owner.close({ runBeforeUnload: false });
  await expect(bar(watcher)).toContainText('The tab that ran Run 1 was closed before its end.', { timeout: 15 * seconds });
  const left = await generation(watcher);
  expect(left).toBeGreaterThan(first);
  await watcher.getByRole('button', { name: 'Resume here' }).click();
  await expect(bar(watcher)).toBeHidden();
  await expect(watcher.getByRole('button', { name: 'Pause', exact: true })).toBeVisible();
  await expect.poll(() => generationOf(watcher), { timeout: 60 * seconds }).toBeGreaterThan(left);
  expect(errors).toEqual([]);
});

test('two tabs with a run each: neither takes away what the other wrote', async ({ page: one, context, conduct }) => {
  test.setTimeout(240 * seconds);
  await using hub = await startTinyHub(conduct);
  await openTiny(one, hub, 1);
  await startButton(one).click();
  await waitForRunState(one, 'over', 90 * seconds);
  const two = await context.newPage();
  await openTiny(two, hub, 1, '&seed=2');
  await startButton(two).click();
  await waitForRunState(two, 'over', 90 * seconds);
  for (const page of [two, one]) {
    await showResults(page);
    expect((await download(page, /download onnx/i, 20 * seconds)).name).toMatch(/onnx/);
  }
});

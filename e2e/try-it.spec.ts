import { expect, test, type Locator, type Page } from './support/test.ts';
import { runBar, waitForRunState } from './support/follow-run.ts';
import { overflowOf, seriousViolations } from './support/look-over.ts';
import { openPage, startButton } from './support/open-page.ts';

const minutes = 60_000;
/** A search that does not end while it is looked at. */
const longSearch = './?gens=400&lambda=4&calib=1024&eval=1024&stages=2:0:256,1:0:256';

const panelOf = (page: Page): Locator => page.getByRole('region', { name: 'Same prompt, two models' });
const textOf = (panel: Locator, title: string | RegExp): Locator => panel.locator('.sample').filter({ has: panel.page().getByRole('heading', { name: title }) }).locator('.sample-text');

/** Starts a run, waits until the search is under way, and pauses it. */
async function pausedSearch(page: Page, address: string): Promise<readonly string[]> {
  const errors = await openPage(page, address);
  await startButton(page).click();
  await expect(page.getByRole('heading', { name: /^Generation [1-9]/ })).toBeVisible({ timeout: 2 * minutes });
  await runBar(page).getByRole('button', { name: 'Pause' }).click();
  await waitForRunState(page, 'paused', minutes);
  return errors;
}

/** Has both models write, to the end; what they wrote. */
async function generate(panel: Locator): Promise<readonly [dense: string, parent: string]> {
  await panel.getByRole('button', { name: 'Generate' }).click();
  await expect(panel.getByRole('button', { name: 'Generate' })).toBeVisible({ timeout: minutes });
  return [await textOf(panel, 'Dense').innerText(), await textOf(panel, /^Parent/).innerText()];
}

const field = (panel: Locator, name: string): Locator => panel.getByRole('textbox', { name });

async function setField(panel: Locator, name: string, value: string): Promise<void> {
  await field(panel, name).fill(value);
  await field(panel, name).press('Enter');
}

test('both models write while the run rests, and the word at which they part is marked', async ({ page }) => {
  test.setTimeout(3 * minutes);
  const errors = await pausedSearch(page, longSearch);
  const panel = panelOf(page);

  const [dense, parent] = await generate(panel);
  expect(dense.length).toBeGreaterThan(60);
  expect(parent.length).toBeGreaterThan(60);
  const rates = await panel.locator('.sample-head .figures').allInnerTexts();
  expect(rates).toHaveLength(2);
  for (const rate of rates) expect(rate).toMatch(/^[\d.,]+\stok\/s$/);

  // The marked words are where the texts part: all before them is common, and they differ.
  const marked = await panel.locator('mark').allInnerTexts();
  const common = (await panel.locator('.sample-common').allInnerTexts()).map((text) => text.trim());
  expect(marked).toHaveLength(2);
  expect(marked[0]).not.toBe(marked[1]);
  expect(common[0]).toBe(common[1]);
  expect(dense.startsWith(`${common[0]}`)).toBe(true);

  // Greedy text is the same again, and by the keyboard.
  await field(panel, 'Prompt').press('Control+Enter');
  await expect(panel.getByRole('button', { name: 'Stop' })).toBeVisible();
  await expect(panel.getByRole('button', { name: 'Generate' })).toBeVisible({ timeout: minutes });
  expect(await textOf(panel, 'Dense').innerText()).toBe(dense);

  expect(await seriousViolations(page)).toEqual([]);
  await followsTheParent(page, panel);
  await page.setViewportSize({ width: 390, height: 844 });
  await panel.getByRole('button', { name: 'Dense' }).click();
  await expect(textOf(panel, 'Dense')).toHaveText(dense, { useInnerText: true });
  expect(await overflowOf(page)).toBeLessThanOrEqual(0);
  expect(errors).toEqual([]);
});

/** While the run goes on the text says whose it was; at rest it is written again by the new parent. */
async function followsTheParent(page: Page, panel: Locator): Promise<void> {
  const title = panel.locator('.sample').nth(1).getByRole('heading');
  const before = (await title.innerText()).replace('Parent ', '');
  await runBar(page).getByRole('button', { name: 'Resume' }).click();
  await expect(title).toHaveText(`From ${before}`, { timeout: minutes });
  await runBar(page).getByRole('button', { name: 'Pause' }).click();
  await expect(title).toHaveText(/^Parent \d+\.\d\d$/, { timeout: minutes });
  expect(await title.innerText()).not.toBe(`Parent ${before}`);
  await expect(panel.getByRole('button', { name: 'Generate' })).toBeVisible({ timeout: minutes });
}

test('the seed decides what is drawn, the address keeps it, and Stop ends a text', async ({ page }) => {
  test.setTimeout(3 * minutes);
  await pausedSearch(page, `${longSearch}&tokens=24&temp=1.2&sseed=5`);
  const panel = panelOf(page);
  await panel.getByRole('button', { name: 'temperature 1.2 · 24 tokens' }).click();
  await expect(field(panel, 'Seed')).toHaveValue('5');
  await expect(panel.getByText('No chat template comes with')).toBeVisible();
  const first = await generate(panel);
  await setField(panel, 'Seed', '6');
  const other = await generate(panel);
  expect(other[0]).not.toBe(first[0]);
  await setField(panel, 'Seed', '5');
  expect(await generate(panel)).toEqual(first);
  await expect(page).toHaveURL(/sseed=5/);

  await setField(panel, 'Tokens', '512');
  await panel.getByRole('button', { name: 'Generate' }).click();
  await expect(panel.locator('.sample-text').first()).toHaveText(/\w/);
  await panel.getByRole('button', { name: 'Stop' }).click();
  await expect(panel.getByText('Stopped.')).toHaveCount(2);
  await expect(panel.getByRole('button', { name: 'Generate' })).toBeVisible();
  expect((await textOf(panel, 'Dense').innerText()).length).toBeGreaterThan(0);
  await expect(page).toHaveURL(/tokens=512/);

  // The run goes on, and text is written between its steps; by the time it is read there may be another parent.
  await setField(panel, 'Tokens', '8');
  await runBar(page).getByRole('button', { name: 'Resume' }).click();
  await panel.getByRole('button', { name: 'Generate' }).click();
  await expect(panel.getByRole('button', { name: 'Generate' })).toBeVisible({ timeout: minutes });
  expect(first[0].startsWith((await textOf(panel, 'Dense').innerText()).trimEnd())).toBe(true);
  await expect(textOf(panel, /^(Parent|From) /)).toHaveText(/\w/);
  await expect(runBar(page).getByRole('button', { name: 'Pause' })).toBeVisible();
});

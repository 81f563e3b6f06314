import { expect, test, type Page } from './support/test.ts';
import { downloadEvents, runBar, stepRun, waitForRunState } from './support/follow-run.ts';
import { seriousViolations } from './support/look-over.ts';
import { openPage, startButton } from './support/open-page.ts';

const minutes = 60_000;
const tiny = './?gens=6&lambda=4&calib=1024&eval=1024&stages=2:0:256,1:0:256';

/** Before a run the settings are a drawer. */
async function openSettings(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Settings', exact: true }).first().click();
}

/** Edits that follow each other at once are one. */
const pause = (page: Page) => page.waitForTimeout(700);

const flips = (page: Page) => page.getByRole('textbox', { name: 'Max flips per child, value' });

test('a run for speed keeps to the times that it measured; steps, changes and their undoing', async ({ page }) => {
  test.setTimeout(5 * minutes);
  const errors = await openPage(page, `${tiny}&target=x1.2:decode`);
  await startButton(page).click();
  await expect(page.getByText(/timing levels, \d+ of \d+, about \d+ s left/).first()).toBeVisible({ timeout: 2 * minutes });
  await expect(page.getByRole('heading', { name: /^Generation \d/ })).toBeVisible({ timeout: 2 * minutes });
  await runBar(page).getByRole('button', { name: 'Pause' }).click();
  await waitForRunState(page, 'paused', minutes);

  // What every size costs here, as a drawing and as a table.
  await page.getByText(/1\.2× wanted, 1\.[2-9]\d*× predicted/).click();
  await expect(page.getByRole('img', { name: /^Time of a module/ })).toBeVisible();
  await page.getByRole('group', { name: /^Module times/ }).getByRole('button', { name: 'Table' }).click();
  await expect(page.getByRole('table', { name: 'Time of a module by what is kept of it' }).getByRole('row', { name: /MLP.*640 channels/ })).toBeVisible();
  expect(await seriousViolations(page)).toEqual([]);

  // A step over the stages that are left, by the button and by the key. Which generation it is depends on when the pause came.
  const pressKey = (): Promise<void> => page.locator('body').press('>');
  const at = await stepRun(page, minutes, () => runBar(page).getByRole('button', { name: 'Step to the end of the generation' }).click());
  await expect(page.getByText(/(replaced|stays) the parent/).first()).toBeVisible();
  expect(await stepRun(page, minutes, pressKey)).toBe(at + 1);

  // A change that waits is taken back by the button, and made again by the key.
  await page.getByRole('slider', { name: 'Max flips per child' }).press('ArrowLeft');
  await expect(page.getByText('Max flips 3 → 2')).toBeVisible();
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(flips(page)).toHaveValue('3');
  await page.locator('body').press('Control+z');
  await expect(flips(page)).toHaveValue('2');
  await page.locator('body').press('Control+z');
  await expect(flips(page)).toHaveValue('3');
  await page.locator('body').press('Control+Shift+z');
  await expect(flips(page)).toHaveValue('2');

  // In force, it is taken back by a change of its own.
  expect(await stepRun(page, minutes, pressKey)).toBe(at + 2);
  await page.getByRole('button', { name: `Undo the change of generation ${at + 2}` }).click();
  await expect(page.getByText('Max flips 2 → 3')).toBeVisible();
  await runBar(page).getByRole('button', { name: 'Resume' }).click();
  await waitForRunState(page, 'over', 3 * minutes);

  await page.getByRole('link', { name: 'Results', exact: true }).click();
  await expect(page.getByText(/1\.2× wanted, .*× predicted, [\d.]+× measured/)).toBeVisible();
  const events = await downloadEvents(page);
  const [timing] = events.filter((event) => event.type === 'latency-measured');
  const offspring = events.flatMap((event) => (event.type === 'generation-started' ? event.offspring : []));
  expect(offspring.length).toBeGreaterThan(8);
  for (const { cost = Number.NaN } of offspring) expect((timing?.table.fixed ?? Number.NaN) + cost).toBeLessThanOrEqual((timing?.dense ?? 0) / 1.2);
  const changes = events.filter((event) => event.type === 'settings-changed').map(({ generation, after }) => [generation, after]);
  expect(changes).toEqual([[at + 2, { maxFlips: 2 }], [at + 3, { maxFlips: 3 }]]);
  expect(errors).toEqual([]);
});

test('a target in parameters, edits undone, and presets of one’s own', async ({ page }) => {
  const errors = await openPage(page, './?target=5M');
  await openSettings(page);
  await expect(page.getByRole('textbox', { name: 'Parameters to keep, value' })).toHaveValue(/^5[.,]00\sM$/);
  await page.getByRole('button', { name: 'Sparsity', exact: true }).click();
  const remove = page.getByRole('textbox', { name: 'Parameters to remove, value' });
  const before = await remove.inputValue();
  await pause(page);
  await remove.fill('37.5');
  await remove.press('Enter');
  await expect(remove).toHaveValue(/^37\.5/);
  await page.getByRole('heading', { name: 'Settings', exact: true }).click();
  await pause(page);
  await page.getByRole('slider', { name: 'Max flips per child' }).press('ArrowRight');
  await page.locator('body').press('Control+z');
  await expect(flips(page)).toHaveValue('3');
  await expect(remove).toHaveValue(/^37\.5/);
  await page.locator('body').press('Control+z');
  await expect(remove).not.toHaveValue(/^37\.5/);
  expect(before).not.toMatch(/^37\.5/);
  await page.locator('body').press('Control+Shift+z');
  await expect(remove).toHaveValue(/^37\.5/);

  await page.getByRole('button', { name: 'Save as a preset…' }).click();
  await page.getByRole('textbox', { name: 'Save the settings in view as' }).fill('Gentle');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  expect(await seriousViolations(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Paper', exact: true }).click();
  await remove.fill('60');
  await remove.press('Enter');

  // It outlasts the page.
  await page.waitForTimeout(500); // the address is written a little later
  await page.reload();
  await openSettings(page);
  await expect(remove).toHaveValue(/^60/);
  await page.getByRole('button', { name: 'Your presets (1)…' }).click();
  await page.getByRole('button', { name: /^Gentle/ }).click();
  await expect(remove).toHaveValue(/^37\.5/);
  await page.getByRole('button', { name: 'Rename Gentle' }).click();
  await page.getByRole('textbox', { name: 'New name' }).fill('Soft');
  await page.getByRole('button', { name: 'Rename', exact: true }).click();
  await page.getByRole('button', { name: 'Delete Soft' }).click();
  await expect(page.getByText('Soft was deleted.')).toBeVisible();
  await page.getByRole('dialog').getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('button', { name: /^Soft/ })).toBeVisible();
  expect(errors).toEqual([]);
});

test('presets that somebody else put into the storage are left out, with a note', async ({ page }) => {
  await page.addInitScript(() => localStorage.setItem('own-presets', JSON.stringify([{ name: '<img src=x onerror=alert(1)>', settings: { levels: 1e9 } }, 7])));
  const errors = await openPage(page);
  await openSettings(page);
  await page.getByRole('button', { name: 'Save as a preset…' }).click();
  await expect(page.getByText('2 stored presets cannot be read; they are left as they were stored.')).toBeVisible();
  expect(errors).toEqual([]);
});

import { expect, test, type Page } from './support/test.ts';
import { seriousViolations } from './support/look-over.ts';
import { openPage, startButton } from './support/open-page.ts';
import { openRecording } from './support/open-recording.ts';

/** The first visit's recording, drawn whole. */
async function recorded(page: Page) {
  const place = page.getByRole('region', { name: 'A recorded run' });
  await expect(place.getByRole('grid')).toBeVisible({ timeout: 15_000 });
  await expect(place.locator('.history-plot')).toBeVisible();
  return place;
}

const scrubber = (page: Page) => page.getByRole('slider', { name: 'Generation' }).and(page.locator('input'));

test.describe('for those who want less motion', () => {
  test.use({ contextOptions: { reducedMotion: 'reduce' } });

  test('the first visit shows a recording that says what it is, at rest, and goes where it is told', async ({ page }) => {
    const errors = await openPage(page);
    const place = await recorded(page);
    await expect(place).toContainText('Not running on your device');
    await expect(place.getByRole('button', { name: /recorded on .*20\d\d.* with WebAssembly, \d+ threads, in Node\.js/ })).toBeVisible();
    await expect(place.getByRole('button', { name: 'Play' })).toBeVisible();
    await expect(place).toContainText('generation 36 of 60');

    await scrubber(page).press('End');
    await expect(place).toContainText('generation 60 of 60');
    await expect(place).toContainText(/On text that the search has not seen its KL to the full model is 0\.\d+/);
    await scrubber(page).press('Home');
    for (let times = 0; times < 5; times++) await scrubber(page).press('ArrowRight');
    // The one place is shown by all: population, history, chart, words.
    await expect(place).toContainText('generation 5 of 60');
    await expect(place.getByRole('grid', { name: 'Population of generation 5' })).toBeVisible();
    await expect(place).toContainText('Generation 5 is over.');
    const said = await scrubber(page).getAttribute('aria-valuetext');
    expect(said).toMatch(/^generation 5 of 60, KL 0\.\d+$/);
    await expect(place.locator('.fitness-first')).toHaveText(said?.split(' ').at(-1) ?? '');
    await page.keyboard.press('Escape');
    await scrubber(page).blur();
    await page.keyboard.press('[');
    await expect(place).toContainText('generation 4 of 60');

    await place.getByRole('button', { name: /^recorded on/ }).click();
    const facts = page.getByRole('dialog', { name: 'A recorded run' });
    await expect(facts).toContainText('Seed');
    await expect(facts).toContainText('train 512, measure 512 tokens, keep 4');
    await page.keyboard.press('Escape');
    expect(errors).toEqual([]);
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`recording and guide have no serious accessibility violation, ${colorScheme}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await openPage(page);
      await recorded(page);
      expect(await seriousViolations(page)).toEqual([]);
      await page.goto('./?view=guide');
      await recorded(page);
      expect(await seriousViolations(page)).toEqual([]);
    });
  }
});

test('a recording plays by itself, faster or slower, until it is paused', async ({ page }) => {
  await openPage(page);
  const place = await recorded(page);
  const generation = async (): Promise<number> => Number(/generation (\d+) of/.exec(await place.locator('.recorded-position').innerText())?.[1]);
  await expect(place.getByRole('button', { name: 'Pause' })).toBeVisible();
  await place.getByRole('button', { name: '50×' }).click();
  const before = await generation();
  await expect.poll(generation, { timeout: 10_000 }).toBeGreaterThan(before + 4);
  await place.getByRole('button', { name: 'Pause' }).click();
  const rested = await generation();
  await page.waitForTimeout(1200);
  expect(await generation()).toBe(rested);
});

test('a run of one’s own takes the recording’s place', async ({ page }) => {
  await openPage(page, './?gens=3&lambda=4&calib=1024&eval=1024&stages=2:0:256,1:0:256');
  await recorded(page);
  await startButton(page).click();
  await expect(page.getByRole('navigation', { name: 'Run' })).toBeVisible();
  await expect(page.getByText('Not running on your device')).toHaveCount(0);
  await expect(page.getByRole('complementary', { name: 'Settings' })).toBeVisible();
});

test('without the recording one can start all the same, and try again', async ({ page }) => {
  let broken = true;
  await page.route('**/recordings/*.gz', (route) => (broken ? route.fulfill({ body: 'not a run' }) : route.continue()));
  await page.goto('./');
  const place = page.getByRole('region', { name: 'A recorded run' });
  await expect(place).toContainText('Line 1 is no event of a run: it is not JSON.', { timeout: 15_000 });
  await expect(startButton(page)).toBeEnabled();
  broken = false;
  await place.getByRole('button', { name: 'Try again' }).click();
  await recorded(page);
});

test('an opened recording has a bar of its own on every view, its keys, and a way back', async ({ page }) => {
  await openPage(page);
  await openRecording(page);
  const bar = page.getByRole('navigation', { name: 'Recording' });
  const views = page.getByRole('navigation', { name: 'Views' });
  await views.getByRole('link', { name: 'Search' }).click();
  await expect(bar).toContainText('generation 60 of 60');
  await page.keyboard.press('[');
  await page.keyboard.press('[');
  await expect(bar).toContainText('generation 58 of 60');
  await expect(page.getByRole('heading', { name: /^Generation 58/ })).toBeVisible();
  await page.locator('.history-plot').click({ position: { x: 200, y: 2 } });
  await expect(bar).toContainText(/generation [1-3] of 60/);
  await page.locator('body').press(' ');
  await expect(bar.getByRole('button', { name: 'Pause' })).toBeVisible();
  await page.locator('body').press(' ');
  await expect(bar.getByRole('button', { name: 'Play' })).toBeVisible();
  await views.getByRole('link', { name: 'How it works' }).click();
  await expect(bar).toBeVisible();
  await bar.getByRole('button', { name: 'Close recording' }).click();
  await expect(bar).toHaveCount(0);
});

test('the guide explains words where they stand, and all of them in the glossary', async ({ page }) => {
  await openPage(page);
  await page.getByRole('link', { name: 'How it works' }).click();
  await page.getByRole('button', { name: 'offspring' }).click();
  await expect(page.getByRole('dialog', { name: 'offspring' })).toContainText('differ from the parent in a few modules');
  await page.goto('./?view=guide#term-hessian');
  const term = page.locator('#term-hessian');
  await expect(term).toContainText('costs least to remove');
  await expect(term).toBeInViewport();
});

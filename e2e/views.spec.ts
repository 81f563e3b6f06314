import { expect, test, type Page } from './support/test.ts';
import { openRecording } from './support/open-recording.ts';
import { overflowOf, seriousViolations } from './support/look-over.ts';
import { openPage } from './support/open-page.ts';

const widths = [390, 599, 600, 768, 1023, 1024, 1279, 1280, 1440, 1920, 2560];
const views = ['search', 'results', 'profile', 'runs', 'guide'] as const;

/** Goes to a view as a reader does, without losing what is open. */
async function show(page: Page, view: (typeof views)[number]): Promise<void> {
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link').nth(views.indexOf(view)).click();
  await expect(page.locator('#main')).toBeVisible();
  await page.waitForTimeout(300); // charts draw their parts one after the other
}

/** What is wrong with the page as it stands: serious violations (dark as a window, light as a phone), sideways scrolling at any width. */
async function faultsOf(page: Page, where: string): Promise<readonly string[]> {
  const faults: string[] = [];
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  faults.push(...(await seriousViolations(page)).map((violation) => `dark: ${violation}`));
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    const overflow = await overflowOf(page);
    if (overflow > 0) faults.push(`${width} px: scrolls sideways by ${overflow}`);
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.setViewportSize({ width: 390, height: 844 });
  faults.push(...(await seriousViolations(page)).map((violation) => `light, phone: ${violation}`), ...(await smallTargets(page)));
  await page.setViewportSize({ width: 1440, height: 900 });
  return faults.map((fault) => `${where}, ${fault}`);
}

/** Buttons and links in the page's frame that a thumb would miss: under 44 px on phones. */
const smallTargets = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll('.header :is(a, button), .run-bar button, .playback-bar button')]
      .map((element) => ({ element, box: element.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 0 && box.height < 44)
      .map(({ element, box }) => `phone: ${element.getAttribute('aria-label') ?? element.textContent} is ${Math.round(box.height)} px high`),
  );

async function faultsOfViews(page: Page): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const view of views) {
    await show(page, view);
    faults.push(...(await faultsOf(page, view)));
  }
  return faults;
}

test.describe('nothing for axe to find, and no sideways scrolling from 390 to 2560 px', () => {
  test.use({ viewport: { width: 1440, height: 900 } });

  test('before a run, in every view and the list of keys', async ({ page }) => {
    test.setTimeout(110_000);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const errors = await openPage(page);
    expect(await faultsOfViews(page)).toEqual([]);
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog')).toBeVisible();
    expect(await seriousViolations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    expect(errors).toEqual([]);
  });

  test('with a recorded run, in every view and with a candidate', async ({ page }) => {
    test.setTimeout(150_000);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const errors = await openPage(page);
    await openRecording(page);
    const faults = [...(await faultsOfViews(page))];
    await show(page, 'search');
    await expect(page.getByRole('grid')).toBeVisible();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: /^Candidate \d/ })).toBeFocused();
    faults.push(...(await faultsOf(page, 'candidate')));
    expect(faults).toEqual([]);
    expect(errors).toEqual([]);
  });

  test('at 200 % zoom the page is the one of half the width', async ({ page }) => {
    await page.setViewportSize({ width: 720, height: 450 }); // what 1440 px at 200 % leaves
    await openPage(page);
    expect(await overflowOf(page)).toBeLessThanOrEqual(0);
    await expect(page.getByRole('navigation', { name: 'Views' }).getByRole('link').last()).toBeInViewport();
  });
});

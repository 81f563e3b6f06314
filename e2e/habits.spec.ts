import { expect, test, type BrowserContext, type Page } from './support/test.ts';
import type { RunEvent } from '../src/run/run-events.ts';
import { keyNames, keyTable } from '../src/ui/shell/keys.ts';
import { downloadEvents, runBar, waitForRunState } from './support/follow-run.ts';
import { openPage, startButton } from './support/open-page.ts';
import { useTinyModel } from './support/tiny-model.ts';

const minute = 60_000;
const tinyRun = 'gens=12&lambda=4&calib=1024&eval=512&stages=2:0:128,1:0:256&backend=wasm';

/** What a search found, generation by generation. */
const foundIn = (events: readonly RunEvent[]) => events.flatMap((event) => (event.type === 'generation-finished' ? [{ parent: event.parent, fitness: event.fitness }] : []));

/** Presses Tab until the focus is on something of that name. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let press = 0; press < 120; press++) {
    await page.keyboard.press('Tab');
    const found = await page.evaluate((pattern) => {
      const element = document.activeElement;
      return new RegExp(pattern, 'i').test(element?.getAttribute('aria-label') ?? element?.textContent ?? '');
    }, name.source);
    if (found) return;
  }
  throw new Error(`no Tab leads to ${String(name)}`);
}

test('a link opened in a fresh profile repeats the run to the same genome', async ({ page, context, browser, baseURL }) => {
  test.setTimeout(4 * minute);
  await useTinyModel(context);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const errors = await openPage(page, `./?${tinyRun}&seed=7&target=0.4&flips=2&show=changes`);
  await startButton(page).click();
  await waitForRunState(page, 'over', 2 * minute);
  const first = foundIn(await downloadEvents(page));
  expect(first).toHaveLength(12);
  await page.keyboard.press('1');
  await page.getByRole('button', { name: 'Copy link' }).click();
  await expect(page.getByText('Link copied')).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toContain('seed=7');
  expect(link).toContain('show=changes');

  const fresh: BrowserContext = await browser.newContext({ baseURL: baseURL ?? '', serviceWorkers: 'block' });
  try {
    await useTinyModel(fresh);
    const other = await fresh.newPage();
    await openPage(other, link);
    await expect(startButton(other)).toBeEnabled();
    await expect(runBar(other)).toHaveCount(0); // a link fills the page and starts nothing
    await startButton(other).click();
    await waitForRunState(other, 'over', 2 * minute);
    await expect(other.getByRole('button', { name: 'Changes', exact: true }).first()).toHaveAttribute('aria-pressed', 'true');
    expect(foundIn(await downloadEvents(other))).toEqual(first);
  } finally {
    await fresh.close();
  }
  expect(errors).toEqual([]);
});

test('what is in view is in the address, and what an address says wrongly is named', async ({ page }) => {
  await openPage(page, './?gens=3&gen=7&x=time&y=cubic&layout=interleaved&sort=weight&cand=abc&view=nowhere&colour=red');
  await expect(page.getByText('Part of the address was ignored:')).toBeVisible();
  for (const wrong of ['y=cubic', 'sort=weight', 'cand=abc', 'view=nowhere', 'colour']) await expect(page.getByText(wrong).first()).toBeVisible();
  await page.getByRole('link', { name: 'How it works' }).click();
  await expect.poll(() => new URL(page.url()).searchParams.get('view')).toBe('guide');
  // The generation is one of the recording, so it is kept once that has come.
  const kept = () => Object.fromEntries(['gens', 'gen', 'x', 'layout'].map((name) => [name, new URL(page.url()).searchParams.get(name)]));
  await expect.poll(kept).toEqual({ gens: '3', gen: '7', x: 'time', layout: 'interleaved' });
  await page.goBack();
  await expect(startButton(page)).toBeVisible();
  await expect.poll(() => new URL(page.url()).searchParams.get('gens')).toBe('3');
});

test('the keyboard alone runs the whole flow', async ({ page, context }) => {
  test.setTimeout(4 * minute);
  await useTinyModel(context);
  const errors = await openPage(page, './?gens=4000&lambda=4&calib=1024&eval=512&stages=2:0:256,1:0:256&backend=wasm');
  const press = (...keys: string[]) => keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
  const running = runBar(page);

  await press(' ');
  await expect(page.getByRole('heading', { name: /^Generation ([2-9]|\d\d)/ })).toBeVisible({ timeout: minute });

  // Steer: the settings take the focus, and a field there has keys of its own.
  await press('s');
  await tabTo(page, /^max flips/);
  await press('ArrowDown'); // in the field as on the slider
  await expect(page.getByText(/max flips 3 → 2/i).first()).toBeVisible(); // it waits, or a generation of a second later is in force
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());

  await press(' ');
  await waitForRunState(page, 'paused', minute);
  await press('.');
  await waitForRunState(page, 'paused', minute);

  // A candidate: the grid takes the focus, Enter opens, Escape closes and gives the focus back.
  await press('j', 'j', 'Enter');
  await expect.poll(() => new URL(page.url()).searchParams.get('cand')).toMatch(/^\d+\.\d\d/);
  await press('Escape');
  await expect.poll(() => new URL(page.url()).searchParams.get('cand')).toBeNull();
  await expect(page.getByRole('grid')).toBeFocused();

  await press('d', 'b', 'l');
  await expect.poll(() => page.url()).toContain('y=linear');
  expect(page.url()).toContain('show=changes');
  expect(page.url()).toContain('layout=interleaved');
  await press('[');
  await expect(page.getByText('Back to live')).toBeVisible();
  await press('\\');
  await expect(page.getByText('Back to live')).toHaveCount(0);

  await tabTo(page, /^stop$/);
  await press('Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  await tabTo(page, /^stop$/);
  await press('Enter');
  await expect(running.getByRole('button', { name: 'New run' })).toBeVisible({ timeout: 2 * minute });

  await press('e');
  await expect.poll(() => new URL(page.url()).searchParams.get('view')).toBe('results');
  await expect(page.locator('#export')).toBeFocused();
  const saved = page.waitForEvent('download', { timeout: minute });
  await tabTo(page, /^download /);
  await press('Enter');
  expect((await saved).suggestedFilename()).toMatch(/\.onnx$/);
  expect(errors).toEqual([]);
});

test('keys act from the moment at which the page can be started', async ({ page }) => {
  await page.addInitScript(() => {
    new MutationObserver((_, observer) => {
      if (!document.querySelector('main button:enabled')) return;
      observer.disconnect();
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '?', bubbles: true, cancelable: true }));
    }).observe(document, { childList: true, subtree: true, attributes: true });
  });
  await openPage(page);
  await expect(page.getByRole('dialog')).toBeVisible();
});

test('the list of keys is the keys’ own table, and single keys can be switched off', async ({ page }) => {
  await openPage(page);
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keyboard' });
  for (const name of keyNames) await expect(sheet.getByRole('row', { name: keyTable[name].what, exact: false }).first()).toBeVisible();
  await sheet.getByRole('switch').click();
  await page.keyboard.press('Escape');
  await expect(sheet).toHaveCount(0);
  await page.keyboard.press('5');
  await page.keyboard.press('?');
  await expect(startButton(page)).toBeVisible();
  await expect(sheet).toHaveCount(0);

  // Kept, and on again.
  await page.reload();
  await page.keyboard.press('5');
  await expect(startButton(page)).toBeVisible();
  await page.getByRole('button', { name: 'Keyboard shortcuts' }).click();
  await sheet.getByRole('switch').click();
  await page.keyboard.press('Escape');
  await expect(sheet).toHaveCount(0);
  await page.keyboard.press('5');
  await expect(page.getByRole('heading', { name: 'How it works', level: 2 })).toBeVisible();
});

test('the theme follows the system, a choice, or the address, and the browser’s bars follow it', async ({ page }) => {
  const shown = () => page.evaluate(() => [document.documentElement.dataset['theme'], getComputedStyle(document.documentElement).colorScheme, document.querySelector<HTMLMetaElement>('meta[name="theme-color"]')?.content]);
  const light = ['light', 'light', '#fff'];
  const dark = ['dark', 'dark', '#101317'];
  await page.emulateMedia({ colorScheme: 'dark' });
  await openPage(page);
  expect(await shown()).toEqual(dark);
  await page.emulateMedia({ colorScheme: 'light' });
  await expect.poll(shown).toEqual(light);
  await page.getByRole('button', { name: 'Theme', exact: true }).click();
  await page.getByRole('button', { name: 'Dark', exact: true }).click();
  expect(await shown()).toEqual(dark);
  await page.goto('./?theme=light');
  expect(await shown()).toEqual(light);
  await page.goto('./');
  expect(await shown()).toEqual(dark);
  await page.getByRole('button', { name: 'Theme', exact: true }).click();
  await page.getByRole('button', { name: 'System', exact: true }).click();
  expect(await shown()).toEqual(light);
});

test('with reduced motion nothing moves', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await openPage(page);
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toBeVisible();
  const moving = await page.evaluate(() =>
    [...document.querySelectorAll('*')].filter((element) => {
      const style = getComputedStyle(element);
      return [style.transitionDuration, style.transitionDelay, style.animationDuration].some((text) => text.split(',').some((part) => Number.parseFloat(part) > 0));
    }).length,
  );
  expect(moving).toBe(0);
});

test.describe('in a country with decimal commas', () => {
  test.use({ locale: 'de-DE' });

  test('numbers are written and read as there', async ({ page }) => {
    await openPage(page, './?lr=0.00025&view=search');
    await expect(page.getByText('6,56\u202fM').first()).toBeVisible();
    await page.keyboard.press('s');
    const rate = page.getByRole('textbox', { name: 'Learning rate' });
    await expect(rate).toHaveValue('2,5e-4');
    await rate.fill('3,5e-4');
    await rate.press('Enter');
    await expect.poll(() => new URL(page.url()).searchParams.get('lr')).toBe('0.00035');
  });
});

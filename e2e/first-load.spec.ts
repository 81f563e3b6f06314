import { expect, test, type Page } from './support/test.ts';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { median } from '../src/base/median.ts';
import { blockingTime } from './support/main-thread.ts';
import { overflowOf, seriousViolations } from './support/look-over.ts';
import { openPage, startButton } from './support/open-page.ts';
import { serveStatic } from './support/serve-static.ts';

const DIST = process.env['E2E_DIST'] ?? fileURLToPath(new URL('../dist', import.meta.url));
const WIDTHS = [390, 1024, 1440, 1920];
const FIRST_LOAD_LIMIT = 350 * 1024; // bytes of compressed JavaScript
const FIRST_PAINT_LIMIT = 1000; // milliseconds
const BLOCKING_LIMIT = 100; // milliseconds

test('opens without an error, isolated, and can start a run within a second', async ({ page }) => {
  const errors = await openPage(page);
  await page.waitForLoadState('networkidle');
  expect(errors).toEqual([]);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);

  await timeStartButton(page);
  await page.goto('./'); // again, so that the browser's own start is not measured
  await expect(startButton(page)).toBeEnabled();
  expect(await page.evaluate(() => performance.getEntriesByName('can-start').at(0)?.startTime)).toBeLessThan(1000);
});

/** Lets the page itself mark when Start can first be pressed: looking from outside is late by up to half a second. */
async function timeStartButton(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const look = (): void => {
      const button = [...document.querySelectorAll('button')].find(({ textContent }) => /^start\b/i.test(textContent.trim()));
      if (button && !button.disabled) performance.mark('can-start');
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
}

/** Until the recorded run is drawn, with its chart, and nothing more is fetched. */
async function firstView(page: Page, address = './'): Promise<void> {
  await page.goto(address);
  await expect(page.locator('.recorded').getByRole('grid')).toBeVisible();
  await expect(page.locator('.recorded .fitness-plot')).toBeVisible();
  await page.waitForLoadState('networkidle');
}

test('fetches little JavaScript for the first view, the recorded run and its chart with it', async ({ page }, info) => {
  const scripts = new Map<string, number>();
  const reading: Promise<void>[] = [];
  // Of the context: what workers fetch is part of it.
  page.context().on('response', (response) => {
    const type = response.headers()['content-type'] ?? '';
    if (!type.includes('javascript')) return;
    reading.push(response.body().then((body) => void scripts.set(response.url(), gzipSync(body).length)));
  });
  await firstView(page);
  await page.waitForTimeout(1000); // the device is timed at rest
  await Promise.all(reading);
  const total = [...scripts.values()].reduce((sum, size) => sum + size, 0);
  info.annotations.push({ type: 'compressed JavaScript, bytes', description: String(total) });
  expect(total, JSON.stringify([...scripts])).toBeLessThan(FIRST_LOAD_LIMIT);
  expect([...scripts.keys()].some((url) => url.includes('engine.worker'))).toBe(true);
});

test('paints within a second, and is never busy for long until the first view stands', async ({ browser, page }, info) => {
  const [paints, blocked]: [number[], number[]] = [[], []];
  for (let load = 0; load < 3; load++) {
    blocked.push(
      await blockingTime(browser, page, async () => {
        await firstView(page);
        await page.waitForTimeout(1500); // the recording plays
      }),
    );
    paints.push(await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.POSITIVE_INFINITY));
  }
  info.annotations.push({ type: 'first paints and blocking times, ms', description: JSON.stringify({ paints, blocked }) });
  expect(median(paints)).toBeLessThan(FIRST_PAINT_LIMIT);
  expect(median(blocked)).toBeLessThan(BLOCKING_LIMIT);
});

test('works under a sub-path of a plain host that does not isolate', async ({ page, conduct }) => {
  const server = await serveStatic(DIST, '/some/where/');
  conduct.allow(server.address);
  try {
    const errors = await openPage(page, server.address);
    await page.waitForLoadState('networkidle');
    expect(errors).toEqual([]);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
  } finally {
    await server.close();
  }
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`has no serious accessibility violation, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await openPage(page);
    expect(await seriousViolations(page)).toEqual([]);
  });
}

for (const width of WIDTHS) {
  test(`does not scroll sideways at ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    await openPage(page);
    expect(await overflowOf(page)).toBeLessThanOrEqual(0);
  });
}

import { expect, test, type Page } from '@playwright/test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { overflowOf, seriousViolations } from './support/look-over.ts';
import { openPage, startButton } from './support/open-page.ts';
import { serveStatic } from './support/serve-static.ts';

const DIST = fileURLToPath(new URL('../dist', import.meta.url));
const WIDTHS = [390, 1024, 1440, 1920];
const FIRST_LOAD_LIMIT = 300 * 1024; // bytes of compressed JavaScript

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

test('fetches little JavaScript at first', async ({ page }) => {
  const scripts = new Map<string, number>();
  const reading: Promise<void>[] = [];
  page.on('response', (response) => {
    const type = response.headers()['content-type'] ?? '';
    if (!type.includes('javascript')) return;
    reading.push(response.body().then((body) => void scripts.set(response.url(), gzipSync(body).length)));
  });
  await openPage(page);
  await page.waitForLoadState('networkidle');
  await Promise.all(reading);
  const total = [...scripts.values()].reduce((sum, size) => sum + size, 0);
  expect(total, JSON.stringify([...scripts])).toBeLessThan(FIRST_LOAD_LIMIT);
  expect(total).toBeGreaterThan(0);
});

test('works under a sub-path of a plain host that does not isolate', async ({ page }) => {
  const server = await serveStatic(DIST, '/some/where/');
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

import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from './support/test.ts';
import { waitForRunState } from './support/follow-run.ts';
import { openPage, startButton } from './support/open-page.ts';
import { serveStatic } from './support/serve-static.ts';

const minute = 60_000;
const dist = process.env['E2E_DIST'] ?? 'dist';
const tinyRun = '?gens=1&lambda=3&calib=1024&eval=512&stages=1:0:128&backend=wasm';

test.use({ serviceWorkers: 'allow' });

/** Waits until the page is served by the service worker: then all that opens it is kept. */
async function waitUntilKept(page: Page): Promise<void> {
  await page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated', undefined, { timeout: 20_000 });
}

/** Waits until a file that is kept when it is used is there. */
async function waitUntilUsedIsKept(page: Page, file: string): Promise<void> {
  const kept = async (name: string): Promise<boolean> => {
    const requests = await Promise.all((await caches.keys()).map(async (cache) => (await caches.open(cache)).keys()));
    return requests.flat().some(({ url }) => url.includes(`/${name}?`));
  };
  await expect.poll(() => page.evaluate(kept, file), { timeout: 20_000, message: `${file} is kept` }).toBe(true);
}

test('the site can be installed: manifest and icons are what they say', async ({ page }) => {
  await page.goto('./');
  const manifest = await page.evaluate(async () => {
    const link = document.querySelector<HTMLLinkElement>('link[rel="manifest"]');
    return link && (await (await fetch(link.href)).json() as { icons: { src: string; type: string; sizes: string; purpose?: string }[]; start_url: string });
  });
  expect(manifest?.start_url).toBe('./');
  expect(manifest?.icons.some(({ purpose }) => purpose === 'maskable')).toBe(true);
  for (const { src, sizes, type } of manifest?.icons ?? []) {
    const size = await page.evaluate(async (address) => {
      const image = new Image();
      image.src = address;
      await image.decode();
      return `${image.naturalWidth}x${image.naturalHeight}`;
    }, src);
    if (type === 'image/png') expect(size).toBe(sizes);
  }
});

test('opens without a network, isolated, and prunes the bundled model that was used once', async ({ page, context }) => {
  test.setTimeout(4 * minute);
  const errors = await openPage(page, `./${tinyRun}`);
  await waitUntilKept(page);
  await startButton(page).click();
  await waitForRunState(page, 'over', 2 * minute);
  const title = await page.title();
  for (const used of ['ort-wasm-simd-threaded.wasm', 'model.safetensors', 'tales.txt.gz', 'tales-heldout.txt.gz']) await waitUntilUsedIsKept(page, used);
  await page.close();

  await context.setOffline(true);
  const other = await context.newPage();
  await other.goto(`./${tinyRun}&view=guide`);
  expect(await other.evaluate(() => crossOriginIsolated)).toBe(true);
  await expect(other.getByRole('heading', { name: 'How it works' }).first()).toBeVisible();
  await other.keyboard.press('1');
  await startButton(other).click();
  await waitForRunState(other, 'over', 2 * minute);
  expect(await other.title()).toBe(title);
  expect(errors).toEqual([]);
});

test('a new version waits, says so, and is taken when the reader wants it; under a sub-path of a plain host', async ({ page, context, conduct }) => {
  test.setTimeout(2 * minute);
  const folder = await mkdtemp(join(tmpdir(), 'site-'));
  await cp(dist, folder, { recursive: true, filter: (path) => !/\/(?:ort|models|texts)$/.test(path) });
  const server = await serveStatic(folder, '/some/where/');
  conduct.allow(server.address);
  try {
    await page.goto(server.address);
    await waitUntilKept(page);

    // Another version: the page's title, and what the service worker knows of the page.
    const index = (await readFile(join(folder, 'index.html'), 'utf8')).replace('<html lang="en">', '<html lang="en" data-version="2">');
    await writeFile(join(folder, 'index.html'), index);
    const worker = await readFile(join(folder, 'sw.js'), 'utf8');
    const revision = createHash('sha256').update(index).digest('hex');
    await writeFile(join(folder, 'sw.js'), worker.replace(/(index\.html[`"'],revision:[`"'])\w+/, `$1${revision}`));
    expect(await readFile(join(folder, 'sw.js'), 'utf8')).not.toBe(worker);

    await page.reload();
    // The host sends no policy; the service worker does, and the engine's worker obeys it.
    const engine = page.workers()[0] ?? (await page.waitForEvent('worker'));
    await engine.evaluate(() => void setTimeout('var evil = 1'));
    const told: string[] = [];
    await expect.poll(() => (told.push(...conduct.take()), told.join('\n'))).toMatch(/script-src/);
    const notice = page.getByText('A new version is ready.');
    await expect(notice).toBeVisible({ timeout: 20_000 });
    expect(await page.locator('html').getAttribute('data-version')).toBeNull();

    // Not while another tab is open, which was opened with the files of the old version.
    const other = await context.newPage();
    await other.goto(server.address);
    await page.getByRole('button', { name: 'Reload' }).click();
    await expect(page.getByText('Close the other tabs of this page first.')).toBeVisible();
    await other.close();
    await page.getByRole('button', { name: 'Reload' }).click();
    await expect(page.locator('html[data-version="2"]')).toHaveCount(1, { timeout: 20_000 });
    await expect(notice).toHaveCount(0);
  } finally {
    await server.close();
    await rm(folder, { recursive: true });
  }
});

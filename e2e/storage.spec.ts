import { fileURLToPath } from 'node:url';
import type { RunEvent } from '../src/run/run-events.ts';
import { HubServer } from '../src/sources/hub-server.fixture.ts';
import { openModels, useHub } from './support/choose-model.ts';
import { download, downloadEvents, runBar, showResults, waitForRunState } from './support/follow-run.ts';
import { Disk, putFile } from './support/full-disk.ts';
import { overflowOf, seriousViolations } from './support/look-over.ts';
import { openPage, startButton, watchForErrors } from './support/open-page.ts';
import { expect, test, type Page } from './support/test.ts';
import { openTiny, startTinyHub } from './support/tiny-hub.ts';

const seconds = 1000;
const path = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));
const tales = { id: 'darwin/tales', folder: path('public/models/tales-6m'), licence: 'cc0-1.0' };
/** A model that nobody needs. */
const spare = 'models/hub~3aowner~2fspare~40main/files/model.safetensors';

const sheet = (page: Page) => page.getByRole('dialog', { name: 'Storage' });

/** Deletes what has that name in the open storage sheet. */
async function remove(page: Page, name: string | RegExp): Promise<void> {
  await sheet(page).getByRole('checkbox', { name }).check();
  await sheet(page).getByRole('button', { name: /^Delete \d/ }).click();
  await sheet(page).getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(sheet(page).getByText(/were deleted\.$/)).toBeVisible();
}

test('all that is stored is listed with its size; what is chosen is deleted; what the browser cleared is missed once', async ({ page }) => {
  const errors = watchForErrors(page);
  await page.goto('./?view=runs');
  await page.getByLabel('Files of runs').setInputFiles(path('public/recordings/tales-6m.jsonl.gz'));
  await expect(page.getByText('Imported.')).toBeVisible({ timeout: 30 * seconds });
  await putFile(page, spare, 3_000_000);
  await putFile(page, 'scratch/levels-of-a-dead-run', 2_000_000);
  await putFile(page, 'checkpoints/abc/module-1.bin', 1_000_000);
  await page.getByRole('button', { name: 'Storage…' }).click();
  for (const row of [/^spare 3\.00.MB/, /^tales-6m \d/, /^Where a run stands.* 1\.00.MB/, /^What runs put aside 2\.00.MB/]) await expect(sheet(page).getByRole('checkbox', { name: row })).toBeEnabled();
  expect(await seriousViolations(page)).toEqual([]);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await overflowOf(page)).toBeLessThanOrEqual(0);
  await page.setViewportSize({ width: 1440, height: 900 });
  await remove(page, /^What runs put aside/);
  await expect(sheet(page).getByRole('checkbox', { name: /^What runs put aside/ })).toBeHidden();
  await page.keyboard.press('Escape');

  // Noted by now: the look at what is stored has been told.
  await expect.poll(() => page.evaluate(() => localStorage.getItem('kept')), { timeout: 10 * seconds }).toContain('spare');
  await (await Disk.of(page)).clear();
  await page.reload();
  await expect(page.getByText('This browser cleared stored files of this page: 1 downloaded model, 1 run.')).toBeVisible();
  await page.getByRole('button', { name: /^Dismiss: This browser cleared/ }).click();
  await page.reload();
  await expect(page.getByText('No runs yet.')).toBeVisible();
  await expect.poll(() => page.evaluate(() => localStorage.getItem('kept'))).toBeNull();
  await expect(page.getByText(/^This browser cleared/)).toBeHidden();
  expect(errors).toEqual([]);
});

test('a download that the disk has no room for says what to delete, and goes on from where it stopped', async ({ page, conduct }) => {
  test.setTimeout(90 * seconds);
  await using hub = await HubServer.start([tales]);
  conduct.allow(hub.endpoint, hub.cdn);
  await openPage(page);
  await putFile(page, spare, 20_000_000);
  const disk = await Disk.of(page);
  const models = await openModels(page);
  await useHub(models, hub.endpoint, tales.id);
  hub.faults.rate = 6e6;
  await models.getByRole('button', { name: /^Download/ }).click();
  await expect(models.getByText(/Downloading .*\/s/)).toBeVisible();
  await disk.leave(2_000_000);
  await expect(models.getByText(/Download stopped at \d+\s%/)).toBeVisible({ timeout: 20 * seconds });
  await expect(models.getByText(/There is no room left in the browser's storage/)).toBeVisible();
  const before = hub.requests.length;
  hub.faults.rate = null;
  await models.getByRole('button', { name: 'Free space…' }).click();
  await remove(page, /^spare/);
  await sheet(page).getByRole('button', { name: 'Resume the download of tales' }).click();
  await page.keyboard.press('Escape');
  const again = await openModels(page);
  await again.getByRole('button', { name: /^tales /i }).click();
  await expect(again.getByRole('button', { name: 'Use this model' })).toBeVisible({ timeout: 30 * seconds }); // its SHA-256 was right
  const weights = hub.requests.slice(before).filter(({ server, path: asked }) => server === 'cdn' && asked.includes('safetensors'));
  expect(weights.map(({ range }) => range)).toEqual([expect.stringMatching(/^bytes=[1-9]\d+-$/)]);
  await disk.free();
});

test('a run on a full disk goes on, is saved and stored again once there is room, and its model can be written', async ({ page, conduct }) => {
  test.setTimeout(240 * seconds);
  await using hub = await startTinyHub(conduct);
  await openTiny(page, hub, 3000);
  await putFile(page, spare, 40_000_000);
  const disk = await Disk.of(page);
  await startButton(page).click();
  await expect(page.getByRole('heading', { name: /^Generation \d/ })).toBeVisible({ timeout: 90 * seconds });
  await disk.leave(0);
  await expect(page.getByText('There is no room left in this browser’s storage.')).toBeVisible({ timeout: 20 * seconds });
  await expect(runBar(page).getByRole('button', { name: 'Pause', exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Free space…' }).first().click();
  await remove(page, /^spare/);
  await page.keyboard.press('Escape');
  await expect(page.getByText('There is no room left in this browser’s storage.')).toBeHidden({ timeout: 20 * seconds });

  await runBar(page).getByRole('button', { name: 'Stop', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Stop', exact: true }).click();
  await waitForRunState(page, 'over', 60 * seconds);
  await showResults(page);
  await page.getByRole('radio', { name: /^safetensors/i }).first().check();
  await disk.leave(1000);
  const write = page.getByRole('button', { name: /^download safetensors/i });
  await write.click();
  await expect(page.getByText(/There is no room left/)).toBeVisible({ timeout: 20 * seconds });
  await disk.free();
  expect((await download(page, page.getByRole('button', { name: /^Retry/ }), 30 * seconds)).name).toMatch(/safetensors$/);

  const told = await downloadEvents(page);
  await expect.poll(async () => (await storedEvents(page)).length, { timeout: 20 * seconds }).toBe(told.length);
  expect(await storedEvents(page)).toEqual(told);
});

/** The run's events as they are in the storage. */
async function storedEvents(page: Page): Promise<RunEvent[]> {
  const texts = await page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open('darwinlm-runs');
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(opening.error ?? new Error('not opened'));
    });
    const pieces = await new Promise<Uint8Array<ArrayBuffer>[]>((resolve) => {
      const reading = database.transaction('pieces').objectStore('pieces').getAll();
      reading.onsuccess = () => resolve(reading.result);
    });
    database.close();
    return await Promise.all(pieces.map((piece) => new Response(new Blob([piece]).stream().pipeThrough(new DecompressionStream('gzip'))).text()));
  });
  return texts.join('').trim().split('\n').map((line) => JSON.parse(line) as RunEvent);
}

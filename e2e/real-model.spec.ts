import { expect, test } from './support/test.ts';
import { HubServer } from '../src/sources/hub-server.fixture.ts';
import { chooseFolder, openModels, runThrough, useHub } from './support/choose-model.ts';
import { openPage } from './support/open-page.ts';

/** A real model's folder; set by `npm run test:real`. Without it these tests are not run. */
const model = process.env['REAL_MODEL'] ?? '';
const minutes = 60_000;
/** Little of everything: what is tested is that a model of this size passes through the browser. */
const run = './?strategy=uniform&calib=512&eval=512';

test('a real model from a folder of this computer, to the exported file', async ({ page }) => {
  test.setTimeout(15 * minutes);
  const errors = await openPage(page, run);
  const sheet = await openModels(page);
  await chooseFolder(sheet, model);
  await sheet.getByRole('button', { name: 'Use this model' }).click();
  const events = await runThrough(page, 12 * minutes);
  console.log(JSON.stringify(events.filter(({ type }) => type === 'phase-finished')));
  expect(events.find(({ type }) => type === 'exported')).toBeDefined();
  expect(events.find(({ type }) => type === 'run-finished')).toBeDefined();
  expect(errors).toEqual([]);
});

test('a real model of the Hub: downloaded, dropped midway, resumed, stored, and loaded offline', async ({ page, conduct }) => {
  test.setTimeout(20 * minutes);
  await using hub = await HubServer.start([{ id: 'real/model', folder: model, licence: 'apache-2.0' }]);
  conduct.allow(hub.endpoint, hub.cdn);
  await openPage(page, run);
  const sheet = await openModels(page);
  await useHub(sheet, hub.endpoint, 'real/model');
  hub.faults.rate = 60e6;
  await sheet.getByRole('button', { name: /^Download/ }).click();
  await expect(sheet.getByText(/Downloading .*\/s/)).toBeVisible();
  await sheet.getByRole('button', { name: 'Cancel' }).click();
  await expect(sheet.getByText(/Download stopped at \d+\s%/)).toBeVisible();
  hub.faults.rate = null;
  hub.faults.drop = { after: 90e6, times: 1 };
  await sheet.getByRole('button', { name: 'Resume', exact: true }).click();
  await expect(sheet.getByRole('button', { name: 'Use this model' })).toBeVisible({ timeout: 3 * minutes });
  expect(hub.faults.drop.times).toBe(0);
  const sent = hub.requests.filter(({ server, path }) => server === 'cdn' && path.includes('safetensors')).reduce((sum, request) => sum + request.sent, 0);
  console.log(`${(sent / 1e6).toFixed(1)} MB of weights sent in ${hub.requests.length} requests`);
  await sheet.getByRole('button', { name: 'Use this model' }).click();

  await expect(page).toHaveURL(/model=hub/);
  await hub[Symbol.asyncDispose]();
  await page.reload();
  const events = await runThrough(page, 12 * minutes);
  expect(events.find(({ type }) => type === 'model-loaded')).toMatchObject({ model: { id: 'hub:real/model@main', about: { licence: 'apache-2.0' } } });
  expect(events.find(({ type }) => type === 'run-finished')).toBeDefined();
});

import { expect, test, type Page } from './support/test.ts';
import { readFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { writeSparseCheckpoint } from '../src/cli/sparse-checkpoint.fixture.ts';
import { HubServer } from '../src/sources/hub-server.fixture.ts';
import type { RunConfigInput } from '../src/run/run-config.ts';
import { chooseFolder, openModels, runThrough, useHub } from './support/choose-model.ts';
import { download, downloadEvents, downloadJson, runBar, showSearch, waitForRunState } from './support/follow-run.ts';
import { seriousViolations } from './support/look-over.ts';
import { openPage, startButton } from './support/open-page.ts';

const minutes = 60_000;
const folder = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const tales = { id: 'darwin/tales', folder: folder('public/models/tales-6m'), licence: 'cc0-1.0' };
const tiny = { id: 'darwin/tiny', folder: folder('fixtures/models/tiny-bytes'), gated: true };
/** One generation: everything that a run does. */
const shortRun = 'gens=1&lambda=4&calib=2048&eval=1024';
const stages = '&stages=2:0:256,1:0:256';

test('a model of the Hub: looked into, downloaded, cancelled, dropped, resumed, stored, and pruned offline', async ({ page, conduct }) => {
  test.setTimeout(8 * minutes);
  await using hub = await HubServer.start([tales]);
  conduct.allow(hub.endpoint, hub.cdn);
  const errors = await openPage(page, `./?${shortRun}${stages}`);
  const sheet = await openModels(page);
  await useHub(sheet, hub.endpoint, tales.id);
  await expect(sheet.getByText('cc0-1.0').first()).toBeVisible();
  await expect(sheet.getByRole('table')).toContainText('Dense model');
  expect(await seriousViolations(page)).toEqual([]);
  const weights = (): number => hub.requests.filter(({ path, server }) => server === 'cdn' && path.includes('safetensors')).reduce((sum, { sent }) => sum + sent, 0);
  const before = weights();
  expect(before).toBeLessThan(1e6); // the header alone

  hub.faults.rate = 4e6;
  await sheet.getByRole('button', { name: /^Download/ }).click();
  await expect(sheet.getByText(/Downloading .*\/s/)).toBeVisible();
  await sheet.getByRole('button', { name: 'Cancel' }).click();
  await expect(sheet.getByText(/Download stopped at \d+\s%/)).toBeVisible();

  hub.faults.rate = null;
  hub.faults.drop = { after: 2e6, times: 2 };
  await sheet.getByRole('button', { name: 'Resume', exact: true }).click();
  await expect(sheet.getByRole('button', { name: 'Use this model' })).toBeVisible({ timeout: minutes });
  expect(hub.faults.drop.times).toBe(0);
  // What was fetched twice is what was on its way when a connection ended.
  expect(weights() - before).toBeLessThan(1.5 * 13.2e6);
  await sheet.getByRole('button', { name: 'Use this model' }).click();
  expect(errors.filter((error) => !error.includes(hub.cdn))).toEqual([]);

  await expect(page).toHaveURL(/model=hub/);
  await hub[Symbol.asyncDispose]();
  await page.reload();
  const events = await runThrough(page, 5 * minutes);
  expect(events.find((event) => event.type === 'model-loaded')).toMatchObject({ model: { id: `hub:${tales.id}@main`, about: { licence: 'cc0-1.0' } } });
  expect(events.find((event) => event.type === 'run-finished')).toBeDefined();
  expect(await downloadJson<RunConfigInput>(page, /save run\.json/i)).toMatchObject({ model: `hub:${tales.id}@main` });
  await pruneAgain(page, await download(page, /download onnx/i, minutes));
});

/** Opens the file that a run wrote, whose tokenizer is that of the stored model, and prunes it further. */
async function pruneAgain(page: Page, file: { readonly path: string }): Promise<void> {
  await showSearch(page);
  const sheet = await openModels(page);
  await sheet.getByLabel('Files', { exact: true }).setInputFiles({ name: 'model.onnx', mimeType: 'application/octet-stream', buffer: await readFile(file.path) });
  await expect(sheet.getByText('cc0-1.0').first()).toBeVisible();
  await sheet.getByRole('button', { name: 'Use this model' }).click();
  await runBar(page).getByRole('button', { name: 'New run', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Start', exact: true }).click();
  await waitForRunState(page, 'over', 2 * minutes);
  const events = await downloadEvents(page);
  const result = events.find((event) => event.type === 'run-finished');
  if (result?.type !== 'run-finished') throw new Error('the second run did not finish');
  const { dense, pruned } = result.result.parameters;
  expect(dense.prunable).toBeLessThan(0.51 * 5_505_024);
  expect(pruned.prunable).toBeLessThan(0.51 * dense.prunable);
}

test('a gated model says what to do, and opens with a token that goes nowhere else', async ({ page, conduct }) => {
  await using hub = await HubServer.start([tiny], { lfsFrom: 1000 });
  conduct.allow(hub.endpoint, hub.cdn);
  await openPage(page);
  const sheet = await openModels(page);
  await useHub(sheet, hub.endpoint, tiny.id);
  await expect(sheet.getByText(/token/i).first()).toBeVisible();
  await sheet.getByLabel('Token', { exact: true }).fill(hub.token);
  await sheet.getByRole('button', { name: 'Use', exact: true }).click();
  await expect(sheet.getByRole('button', { name: /^Download/ })).toBeVisible();
  await sheet.getByRole('button', { name: /^Download/ }).click();
  await expect(sheet.getByRole('button', { name: 'Use this model' })).toBeVisible();
  expect(hub.requests.filter(({ server, authorization }) => server === 'cdn' && authorization !== null)).toEqual([]);
  expect(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href]))).not.toContain(hub.token);

  const stored = sheet.getByRole('region', { name: 'On this device' });
  await stored.getByRole('button', { name: 'Delete tiny' }).click();
  await stored.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(stored.getByText('Nothing is stored yet.')).toBeVisible();
});

test('a folder of this computer and a text of one’s own, the same for training and measuring', async ({ page }, info) => {
  test.setTimeout(5 * minutes);
  const errors = await openPage(page, `./?${shortRun}&stages=2:0:128,1:0:128`);
  const sheet = await openModels(page);
  await chooseFolder(sheet, tiny.folder);
  await sheet.getByRole('button', { name: 'Use this model' }).click();
  await expect(sheet).toBeHidden();

  const lines = Array.from({ length: 3000 }, (_, index) => JSON.stringify({ id: index, story: `Story ${index}: ${(index * 7919) % 10_007} foxes ran over ${(index * 104_729) % 9973} hills.` }));
  const file = { name: 'stories.jsonl', mimeType: 'application/jsonl', buffer: Buffer.from(lines.join('\n')) };
  for (const use of ['training', 'held out']) {
    await page.getByRole('list', { name: 'Models' }).getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('button', { name: `Change the ${use} text` }).click();
    const texts = page.getByRole('dialog', { name: /text/i });
    await texts.getByLabel('File', { exact: true }).setInputFiles(file);
    await expect(texts.getByLabel('Field with the text')).toHaveValue('story');
    await texts.getByRole('button', { name: 'Use this text' }).click();
  }
  const events = await runThrough(page, 5 * minutes);
  const corpus = events.find((event) => event.type === 'corpus-ready');
  if (corpus?.type !== 'corpus-ready') throw new Error(`no corpus: ${info.title}`);
  expect(corpus.sets.map(({ use, text }) => [use, text])).toEqual(['calibration', 'fitness', 'training', 'evaluation'].map((use) => [use, 'stories.jsonl']));
  await showSearch(page);
  await expect(page.getByText(/share nothing|no passage in common|disjoint/i).first()).toBeVisible();
  expect(errors).toEqual([]);
});

test('a model that does not fit is refused before a weight of it is read', async ({ page }, info) => {
  const place = info.outputPath('big-model');
  // 8 billion parameters; zeros that take no room on the disk.
  await writeSparseCheckpoint(place, { model_type: 'llama', hidden_size: 4096, intermediate_size: 14_336, num_hidden_layers: 32, num_attention_heads: 32, num_key_value_heads: 8, vocab_size: 128_256, rms_norm_eps: 1e-5, max_position_embeddings: 8192, tie_word_embeddings: false });
  await openPage(page);
  const sheet = await openModels(page);
  await chooseFolder(sheet, place);
  await expect(sheet.getByText(/It does not fit at these settings/)).toBeVisible();
  await expect(sheet.getByRole('row', { name: /Dense model/ })).toContainText('32 GB');
  await sheet.getByRole('button', { name: 'Use this model' }).click();
  await expect(startButton(page)).toBeDisabled();
  await rm(place, { recursive: true });
});

test('an architecture that is not supported is refused by name', async ({ page }) => {
  await openPage(page);
  const sheet = await openModels(page);
  const config = { model_type: 'mixtral', architectures: ['MixtralForCausalLM'] };
  await sheet.getByLabel('Files', { exact: true }).setInputFiles([{ name: 'config.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(config)) }]);
  await expect(sheet.getByText(/mixtral.*mixtures of experts/i)).toBeVisible();
});

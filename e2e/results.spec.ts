import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { expect, test, type Locator, type Page } from './support/test.ts';
import type { RunEvent } from '../src/run/run-events.ts';
import type { RunResult } from '../src/run/run-result.ts';
import { perplexity } from '../src/ui/format/format.ts';
import { download, downloadEvents, waitForRunState } from './support/follow-run.ts';
import { overflowOf, seriousViolations } from './support/look-over.ts';
import { openPage, startButton } from './support/open-page.ts';
import { openRecording } from './support/open-recording.ts';
import { elementsOf, look } from './support/pictures.ts';

const minutes = 60_000;
const recording = fileURLToPath(new URL('../public/recordings/tales-6m.jsonl.gz', import.meta.url));
const toResults = (page: Page): Promise<void> => page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: /^Results/ }).click();

async function recorded(): Promise<{ readonly events: readonly RunEvent[]; readonly result: RunResult }> {
  const events = gunzipSync(await readFile(recording)).toString().trim().split('\n').map((line) => JSON.parse(line) as RunEvent);
  const finished = events.find((event) => event.type === 'run-finished');
  if (!finished) throw new Error('the recording has no result');
  return { events, result: finished.result };
}

/** The cells of a row of the table of results, by the start of its name. */
const cellsOf = (page: Page, row: RegExp): Promise<string[]> => page.locator('.results-table tbody tr').filter({ has: page.getByRole('rowheader', { name: row }) }).locator('td').allInnerTexts();

async function savedBy(page: Page, tools: Locator, name: string): Promise<{ name: string; bytes: Buffer }> {
  const { path, name: file } = await download(page, tools.getByRole('button', { name, exact: true }), 20_000);
  return { name: file, bytes: await readFile(path) };
}

/** Waits until what is drawn keeps its size: panels make room for one another as they come. */
async function settled(page: Page): Promise<void> {
  const sizes = () => page.evaluate(() => JSON.stringify([...document.querySelectorAll('svg, canvas, section')].map((element) => [element.clientWidth, element.clientHeight])));
  await expect(async () => {
    const before = await sizes();
    await page.waitForTimeout(300);
    expect(await sizes()).toBe(before);
  }).toPass({ timeout: 30_000 });
}

test.describe('results of a recorded run', () => {
  test.use({ viewport: { width: 1440, height: 900 } });

  test('a sentence and a table from what was measured, the shape, and what is no part of a recording', async ({ page, context }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const { events, result } = await recorded();
    const errors = await openPage(page);
    await openRecording(page);
    await page.getByRole('link', { name: 'See results' }).click();
    const { heldOut, parameters } = result;
    const lead = page.locator('.results-lead');
    await expect(lead).toContainText(`${(parameters.pruned.total / 1e6).toFixed(2)}\u202fM parameters, ${Math.round((100 * parameters.pruned.total) / parameters.dense.total)}\u202f% of the original`);
    await expect(lead).toContainText(`held-out perplexity is ${perplexity(heldOut.winner.perplexity)}, from ${perplexity(heldOut.dense.perplexity)}.`);
    const perplexities = await cellsOf(page, /^Perplexity/);
    expect([perplexities[0], perplexities[1], perplexities.at(-1)]).toEqual([heldOut.dense, heldOut.uniform, heldOut.winner].map((quality) => perplexity(quality.perplexity)));
    expect(perplexities[2], 'random search was not run').toBe('–');
    expect((await cellsOf(page, /^KL/))[0]).toBe('0');
    const times = (result.speed?.winner.decodeTokensPerSecond ?? 0) / (result.speed?.dense.decodeTokensPerSecond ?? 0);
    await expect(lead).toContainText(`It decodes ${times.toFixed(2)} times as fast on its device`);
    expect((await cellsOf(page, /^Decode/)).filter((cell) => cell === '–')).toEqual(['–']); // random was not run

    const tools = page.getByRole('group', { name: /^Final shape/ });
    const csv = (await savedBy(page, tools, 'CSV')).bytes.toString().split('\n');
    const kept = csv.slice(1).map((line) => Number(line.split(',')[2]));
    expect(kept).toEqual(result.modules.map(({ kind, heads, channels }) => (kind === 'attention' ? heads.length : channels))); // it cut query heads

    await page.getByText('The run itself').scrollIntoViewIfNeeded();
    await expect(page.getByText('Weights are no part of it')).toBeVisible();
    await expect(page.getByRole('button', { name: /^Download/ })).toHaveCount(0);
    expect((await downloadEvents(page)).length).toBe(events.length);

    await page.getByRole('button', { name: 'Cite' }).click();
    await page.getByRole('button', { name: 'Copy this run as BibTeX' }).click();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toMatch(/^@misc\{darwinlm-web-tales-6m-\d{4}-\d\d-\d\d,/);
    const link = /\\url\{(.*)\}/.exec(copied)?.[1] ?? '';
    expect(new URL(link).searchParams.get('seed')).toBe('7');
    await page.keyboard.press('Escape');
    expect(errors).toEqual([]);
  });

  test('charts go out as pictures that need nothing of the page', async ({ page }) => {
    test.setTimeout(90_000);
    await openPage(page);
    await openRecording(page);
    const charts = [
      { tools: page.getByRole('group', { name: /^Generation 60/ }), file: 'darwinlm-population-tales-6m', drawn: 'image' },
      { tools: page.locator('#fitness').getByRole('group', { name: /^Fitness/ }), file: 'darwinlm-fitness-tales-6m', drawn: 'path' },
      { tools: page.locator('#post-training').getByRole('group', { name: /^Post-training/ }), file: 'darwinlm-post-training-tales-6m', drawn: 'circle' },
    ];
    for (const { tools, file, drawn } of charts) {
      await settled(page); // else the one picture is of another size than the other
      const svg = await savedBy(page, tools, 'SVG');
      const text = svg.bytes.toString();
      expect(svg.name).toBe(`${file}.svg`);
      expect(text).not.toContain('var(--');
      expect(text, 'title and source').toMatch(/DarwinLM Web · tales-6m · 50\u202f% pruned, seed 7 · run of [^<]*2026<\/text>/);
      const elements = await elementsOf(page, text);
      expect(elements[drawn], drawn).toBeGreaterThan(0);
      expect(elements['text']).toBeGreaterThan(5);
      const vector = await look(page, svg.bytes, 'image/svg+xml');
      const png = await savedBy(page, tools, 'PNG');
      expect(png.name).toBe(`${file}.png`);
      const raster = await look(page, png.bytes, 'image/png');
      expect([raster.width, raster.height]).toEqual([2 * vector.width, 2 * vector.height]);
      expect(raster.colours).toBeGreaterThan(20);
    }
  });

  test('T shows the table of the chart that has the focus', async ({ page }) => {
    await openPage(page);
    await openRecording(page);
    await page.locator('#fitness').getByRole('button', { name: 'CSV' }).focus();
    await page.keyboard.press('t');
    await expect(page.getByRole('region', { name: 'Fitness table' })).toBeVisible();
    await expect(page.getByRole('region', { name: 'Population table' })).toHaveCount(0);
    await page.getByRole('grid', { name: /^Population/ }).focus();
    await page.keyboard.press('t');
    await expect(page.getByRole('region', { name: 'Population table' })).toBeVisible();
    await expect(page.getByRole('region', { name: 'History table' }).getByRole('rowheader').first()).toHaveText('60');
    await toResults(page);
    await page.locator('#main').focus();
    await page.keyboard.press('t');
    const table = page.getByRole('region', { name: 'Table of the shape' });
    await expect(table.getByRole('row')).toHaveCount(9);
    await page.keyboard.press('t');
    await expect(table).toHaveCount(0);
  });

  test('while it is not over, what it has come to is told as that', async ({ page }) => {
    await openPage(page);
    await openRecording(page);
    await page.getByRole('slider', { name: 'Generation' }).first().press('Home');
    await page.getByRole('slider', { name: 'Generation' }).first().press('ArrowRight');
    await toResults(page);
    await expect(page.locator('.results-lead')).toContainText(/^So far tales-6m would have 3\.8\d\u202fM parameters/);
    await expect(page.getByText(/^Still to come: the search: generation \d+ of 60; post-training/)).toBeVisible();
    await expect(page.getByRole('heading', { name: 'Shape so far' })).toBeVisible();
    await expect(page.getByText('Results so far')).toHaveCount(0);
    expect(await seriousViolations(page)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await overflowOf(page)).toBeLessThanOrEqual(0);
  });
});

test('post-training has a curve and is ended when it is good enough; speed is measured here', async ({ page }) => {
  test.setTimeout(5 * minutes);
  const errors = await openPage(page, './?gens=1&lambda=3&calib=1024&eval=512&stages=1:0:256&post=400000');
  await startButton(page).click();
  const panel = page.getByRole('region', { name: 'Post-training' });
  await expect(panel.getByText(/^\d[\d.,]*( k)? of 400/)).toBeVisible({ timeout: 2 * minutes });
  await expect(panel.getByText(/best \d/)).toBeVisible({ timeout: minutes });
  await panel.getByRole('button', { name: 'Keep the best so far' }).click();
  await waitForRunState(page, 'over', 3 * minutes);
  await page.getByRole('link', { name: 'See results' }).click();

  await expect(page.locator('.results-table').getByRole('columnheader')).toHaveText([/Measure/, /^Dense/, /^Uniform/, /^Random search/, /^DarwinLM$/, /^DarwinLM,\s+post-trained$/]);
  const [, , , before, after] = await cellsOf(page, /^Perplexity/);
  const decode = await cellsOf(page, /^Decode/);
  for (const cell of [decode[0], decode[1], decode[4]]) expect(Number(cell?.replace(',', ''))).toBeGreaterThan(0);
  const ratio = Number(decode[4]?.replace(',', '')) / Number(decode[0]?.replace(',', ''));
  await expect(page.locator('.results-lead')).toContainText(ratio > 1.02 ? 'times as fast on this device' : ratio < 0.98 ? 'of the speed on this device' : 'as fast');
  const events = await downloadEvents(page);
  const measured = events.filter((event) => event.type === 'evaluated');
  expect(measured.map(({ which }) => which)).toEqual(['dense', 'uniform', 'searched', 'winner']);
  expect([before, after]).toEqual(measured.slice(2).map(({ quality }) => perplexity(quality.perplexity)));

  await page.getByRole('button', { name: /^Measure speed again, about/ }).click();
  await expect(page.getByText('Measuring speed…')).toBeVisible();
  await page.locator('.results-measure').getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByRole('button', { name: /^Measure speed again/ })).toBeVisible({ timeout: minutes });
  expect(await seriousViolations(page)).toEqual([]);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await overflowOf(page)).toBeLessThanOrEqual(0);
  expect(errors).toEqual([]);
});

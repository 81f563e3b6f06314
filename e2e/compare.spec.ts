import { expect, test, type Page } from './support/test.ts';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { RunConfig } from '../src/run/run-config.ts';
import type { RunEvent } from '../src/run/run-events.ts';
import { download, downloadEvents, waitForRunState } from './support/follow-run.ts';
import { overflowOf, seriousViolations } from './support/look-over.ts';
import { openPage, startButton, watchForErrors } from './support/open-page.ts';
import { useTinyModel } from './support/tiny-model.ts';

const seconds = 1000;
const recording = fileURLToPath(new URL('../public/recordings/tales-6m.jsonl.gz', import.meta.url));
const tinyRun = './?gens=60&lambda=4&calib=256&eval=256&stages=2:0:128,1:0:256';

const list = (page: Page) => page.getByRole('region', { name: 'Stored runs' });
const rowOf = (page: Page, name: string) => list(page).getByRole('row').filter({ has: page.getByRole('button', { name, exact: true }) });

async function readRecording(): Promise<RunEvent[]> {
  const text = gunzipSync(await readFile(recording)).toString('utf8');
  return text.trim().split('\n').map((line) => JSON.parse(line) as RunEvent);
}

/** The recorded run with other settings and another beginning, as a file of that name. */
async function variant(file: string, startedAt: string, edit: (config: RunConfig) => RunConfig, generations = Infinity): Promise<string> {
  const events = await readRecording();
  const cut = events.findIndex((event) => event.type === 'generation-finished' && event.generation === generations);
  const kept = (cut < 0 ? events : events.slice(0, cut + 1)).map((event) => (event.type === 'run-started' ? { ...event, startedAt, config: edit(event.config) } : event));
  const path = test.info().outputPath(file);
  await writeFile(path, kept.map((event) => `${JSON.stringify(event)}\n`).join(''));
  return path;
}

async function choose(page: Page, run: string, what: string | RegExp): Promise<void> {
  await page.getByRole('button', { name: `More on ${run}`, exact: true }).click();
  await page.getByRole('menuitem', { name: what }).click();
}

test('runs are imported, laid over each other, told apart, renamed, deleted and opened', async ({ page }) => {
  test.setTimeout(90 * seconds);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const errors = watchForErrors(page);
  await page.goto('./?view=runs');
  await expect(page.getByText('No runs yet. Runs are stored in this browser only.')).toBeVisible();

  const files = page.getByLabel('Files of runs');
  const first = await variant('First.jsonl', '2026-01-01T00:00:00.000Z', (config) => config);
  const second = await variant('Second.jsonl', '2026-01-02T00:00:00.000Z', (config) => ({ ...config, seed: 99, search: { ...config.search, maxFlips: 2 } }), 7);
  await files.setInputFiles([first, second]);
  await expect(page.getByText('2 runs imported.')).toBeVisible();
  await expect(list(page).getByRole('row')).toHaveCount(3);
  await expect(rowOf(page, 'Second')).toContainText('interrupted');

  await test.step('what is no run is told, and changes nothing', async () => {
    const hostile = test.info().outputPath('hostile.jsonl');
    await writeFile(hostile, '{"type":"run-started","version":1,"config":{"version":1,"seed":"<script>"},"startedAt":"never","at":0}\n');
    await files.setInputFiles([hostile, first]);
    await expect(page.getByText(/hostile\.jsonl was not imported\. Line 1 is no event of a run/)).toBeVisible();
    await expect(page.getByText(/First\.jsonl was not imported\. This run is stored already, as First/)).toBeVisible();
    await expect(list(page).getByRole('row')).toHaveCount(3);
    await page.getByRole('button', { name: 'Dismiss' }).click();
  });

  await test.step('curves, differences, structures and results of the pinned', async () => {
    await expect(page.getByRole('heading', { name: 'Two pinned runs' })).toBeVisible();
    const chart = page.getByRole('img', { name: 'KL of uniform, Second and First' });
    for (const name of ['uniform', 'Second', 'First']) await expect(chart.getByText(name, { exact: true })).toBeVisible();
    await chart.hover();
    await expect(page.getByText(/^Generation \d+ ?uniform 0\.\d+ First 0\.\d+$/)).toBeVisible(); // the second run ended before
    const differences = page.getByRole('region', { name: 'Settings of the pinned runs' });
    await expect(differences.getByRole('row', { name: /^Seed/ })).toContainText('99');
    await expect(differences.getByRole('row')).toHaveCount(3);
    await page.getByRole('button', { name: /^Show all/ }).click();
    await expect(differences.getByRole('row', { name: /^Held-out text/ })).toBeVisible();
    await expect(page.getByRole('region', { name: 'Structures of the pinned runs' }).getByRole('img', { name: /^First keeps on average/ })).toBeVisible();
    await expect(page.getByRole('region', { name: 'Results of the pinned runs' }).getByRole('row', { name: /^Perplexity/ })).toHaveText(/^Perplexity, held out\d\d\.\d–\d\d\.\d$/);
    await page.getByRole('group', { name: /^Two pinned runs/ }).getByRole('button', { name: 'Table' }).click();
    await expect(page.getByRole('region', { name: 'Fitness by generation' }).getByRole('row')).toHaveCount((await readRecording()).filter(({ type }) => type === 'generation-finished').length + 2);
    const csv = await readFile((await download(page, page.getByRole('group', { name: /^Two pinned runs/ }).getByRole('button', { name: 'CSV' }), 10 * seconds)).path, 'utf8');
    expect(csv.split('\n').filter((line) => line.startsWith('Second,'))).toHaveLength(8);
  });

  await test.step('nothing for axe to find, and no sideways scrolling', async () => {
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await seriousViolations(page)).toEqual([]);
    }
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await overflowOf(page)).toBeLessThanOrEqual(0);
    expect(await seriousViolations(page)).toEqual([]);
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  await test.step('a name is changed; a deleted run comes back', async () => {
    await choose(page, 'First', 'Rename');
    await page.getByLabel('Name of First').fill('The good one');
    await page.keyboard.press('Enter');
    await expect(rowOf(page, 'The good one')).toBeVisible();
    await choose(page, 'Second', 'Delete');
    await expect(list(page).getByRole('row')).toHaveCount(2);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(list(page).getByRole('row')).toHaveCount(3);
  });

  await test.step('P takes a pin away, and all of it outlasts the page', async () => {
    await page.getByRole('button', { name: 'The good one', exact: true }).focus();
    await page.keyboard.press('p');
    await expect(page.getByRole('heading', { name: 'One pinned run' })).toBeVisible();
    expect(new URL(page.url()).searchParams.get('pins')).toMatch(/^[a-z0-9]{8}$/);
    await page.goto(`${page.url()},nobody00`);
    await expect(page.getByRole('heading', { name: 'One pinned run' })).toBeVisible();
    await expect(page.getByText('Not in this browser: nobody00.')).toBeVisible();
    await expect(rowOf(page, 'The good one')).toContainText('finished');
  });

  await page.getByRole('button', { name: 'Second', exact: true }).click();
  await expect(page.getByRole('navigation', { name: 'Recording' })).toContainText('Second');
  await expect(page.getByRole('heading', { name: /^Generation 7/ })).toBeVisible();
  expect(errors).toEqual([]);
});

test('where the browser stores nothing, runs are kept until the tab is closed, and the page says so', async ({ page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, 'indexedDB', {
      get() {
        throw new DOMException('denied', 'SecurityError');
      },
    });
  });
  const errors = watchForErrors(page);
  await page.goto('./?view=runs');
  await expect(page.getByText(/^Runs are kept in this tab only\./)).toBeVisible();
  await page.getByLabel('Files of runs').setInputFiles(await variant('First.jsonl', '2026-01-01T00:00:00.000Z', (config) => config));
  await rowOf(page, 'First').getByRole('button', { name: 'First', exact: true }).click();
  await expect(page.getByRole('navigation', { name: 'Recording' })).toContainText('First');
  expect(errors).toEqual([]);
});

test('a run is stored as it goes, its uniform control is pinned beside it, and a closed tab interrupts', async ({ page, context }) => {
  test.setTimeout(180 * seconds);
  await useTinyModel(context);
  const errors = await openPage(page, tinyRun);
  await startButton(page).click();
  await waitForRunState(page, 'over', 90 * seconds);
  const views = page.getByRole('navigation', { name: 'Views' });
  await views.getByRole('link', { name: /^Results/ }).click();
  const events = await downloadEvents(page);

  await views.getByRole('link', { name: /^Runs/ }).click();
  await expect(rowOf(page, 'Run 1')).toContainText('finished');
  await choose(page, 'Run 1', 'Use its settings again');
  await views.getByRole('link', { name: /^Runs/ }).click();
  const waiting = page.waitForEvent('download');
  await choose(page, 'Run 1', 'Save events.jsonl');
  const stored = (await readFile(await (await waiting).path(), 'utf8')).trim().split('\n').map((line) => JSON.parse(line) as RunEvent);
  expect(stored).toEqual(events);

  await page.getByRole('button', { name: 'Run the uniform control' }).click();
  await waitForRunState(page, 'over', 60 * seconds);
  await views.getByRole('link', { name: /^Runs/ }).click();
  await expect(rowOf(page, 'Run 1, uniform')).toContainText('finished');
  await expect(page.getByRole('heading', { name: 'Two pinned runs' })).toBeVisible();
  await expect(page.getByText('Run 1, uniform has no curve')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Compare with uniform' })).toBeVisible();

  await choose(page, 'Run 1', 'Use its settings again');
  await startNewRun(page);
  await views.getByRole('link', { name: /^Runs/ }).click();
  await expect(rowOf(page, 'Run 3')).not.toContainText('interrupted');
  await expect(rowOf(page, 'Run 3')).toBeVisible();
  page.on('dialog', (dialog) => void dialog.accept());
  await page.reload();
  await expect(rowOf(page, 'Run 3')).toContainText('interrupted');
  expect(errors).toEqual([]);
});

async function startNewRun(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'New run', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Start', exact: true }).click();
}

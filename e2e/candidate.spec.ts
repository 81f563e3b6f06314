import { expect, test, type Page } from './support/test.ts';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { RunEvent } from '../src/run/run-events.ts';
import { download, downloadEvents, runBar, waitForRunState } from './support/follow-run.ts';
import { overflowOf, seriousViolations } from './support/look-over.ts';
import { openPage, startButton, watchForErrors } from './support/open-page.ts';
import { openRecording } from './support/open-recording.ts';

const seconds = 1000;
const recording = fileURLToPath(new URL('../public/recordings/tales-6m.jsonl.gz', import.meta.url));
type Of<Type extends RunEvent['type']> = Extract<RunEvent, { type: Type }>;
const ofType = <Type extends RunEvent['type']>(events: readonly RunEvent[], type: Type): Of<Type>[] => events.filter((event): event is Of<Type> => event.type === type);

async function recorded(): Promise<RunEvent[]> {
  return gunzipSync(await readFile(recording)).toString('utf8').trim().split('\n').map((line) => JSON.parse(line) as RunEvent);
}

const title = (page: Page, id: string) => page.getByRole('heading', { name: `Candidate ${id}` });
const row = (page: Page, id: string) => page.locator(`.population [data-candidate="${id}"]`);
const panel = (page: Page, name: string) => page.getByRole('region', { name });
const addressOf = (page: Page) => new URL(page.url()).searchParams.get('cand');

/** The recording at its end, in a window of the reference size. */
async function openAtEnd(page: Page): Promise<readonly string[]> {
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const errors = watchForErrors(page);
  await page.goto('./?view=runs');
  await openRecording(page);
  await expect(row(page, '60.01')).toBeVisible();
  return errors;
}

test('a candidate in full: what differs, how it fared, where it comes from, beside others, as a file', async ({ page }) => {
  const errors = await openAtEnd(page);
  const events = await recorded();
  const last = ofType(events, 'generation-started').at(-1);
  const ids = last?.offspring.map(({ id }) => id) ?? [];
  const end = ofType(events, 'generation-finished').at(-1);
  const loser = last?.offspring.find(({ id }) => id !== end?.parent.id);
  if (!last || !loser) throw new Error('the recording has a last generation');
  const { id } = loser;

  await test.step('a click opens it in the place of the right column', async () => {
    await row(page, id).click();
    await expect(title(page, id)).toBeFocused();
    await expect(row(page, id)).toHaveAttribute('aria-selected', 'true');
    expect(addressOf(page)).toBe(id);
    await expect(page.getByText(new RegExp(`Child of ${last.parent.id}`))).toBeVisible();
    await expect(page.getByRole('region', { name: 'Fitness' })).toHaveCount(0);
  });

  await test.step('genome against the parent and against uniform', async () => {
    const genome = panel(page, 'Genome');
    await expect(genome.getByRole('img', { name: new RegExp(`${loser.changed.length} modules differ from its parent ${last.parent.id}`) })).toBeVisible();
    await expect(genome.getByRole('row')).toHaveCount(loser.changed.length + 1);
    const { uniform } = ofType(events, 'search-started')[0] ?? {};
    const differing = loser.genome.filter((level, module) => level !== uniform?.genome[module]).length;
    await genome.getByRole('button', { name: 'uniform' }).click();
    await expect(genome.getByRole('img', { name: new RegExp(`${differing} modules differ from uniform`) })).toBeVisible();
  });

  await test.step('every stage that measured it', async () => {
    const measured = ofType(events, 'candidate-measured').filter((event) => event.id === id);
    const rows = panel(page, 'Stage by stage').getByRole('row');
    for (const { stage, fitness } of measured) await expect(rows.nth(stage + 1)).toContainText(fitness.toFixed(3));
    await expect(panel(page, 'Stage by stage')).toContainText(/Training loss at the first and the last step, each on its own batch: \d/);
  });

  await test.step('its line back to the start', async () => {
    const parents = new Map(ofType(events, 'generation-started').flatMap(({ parent, offspring }) => offspring.map((child) => [child.id, parent.id] as const)));
    let steps = 0;
    for (let ancestor = parents.get(id); ancestor !== undefined && parents.has(ancestor); ancestor = parents.get(ancestor)) steps++;
    const lineage = panel(page, 'Lineage');
    await expect(lineage).toContainText(`${steps} steps from the uniform start`);
    await lineage.getByRole('button', { name: 'show all' }).click();
    await expect(lineage.getByRole('row')).toHaveCount(steps + 2);
  });

  await test.step('keys leaf, pin, compare and close', async () => {
    const steps = await page.evaluate(() => history.length);
    await page.keyboard.press('p');
    await page.keyboard.press('k');
    await expect(title(page, id)).toHaveCount(0);
    const next = addressOf(page);
    expect([...ids, last.parent.id]).toContain(next);
    expect(await page.evaluate(() => history.length)).toBe(steps);
    await page.keyboard.press('c');
    const compared = panel(page, 'Compared');
    await expect(compared.getByRole('button', { name: id, exact: true })).toBeVisible();
    await expect(compared.getByRole('img', { name: new RegExp(`Genome of ${id}; \\d+ modules? differ from ${next}`) })).toBeVisible();
    await compared.getByRole('button', { name: `Unpin ${id}` }).click();
    await page.keyboard.press('c');
    await expect(compared).toHaveCount(0);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('grid')).toBeFocused();
    expect(addressOf(page)).toBeNull();
    await page.keyboard.press('Enter');
    await expect(title(page, next ?? '')).toBeFocused();
    await page.goBack();
    await expect(page.getByRole('region', { name: 'Fitness' })).toBeVisible();
  });

  await test.step('the genome as a file', async () => {
    await row(page, id).click();
    await page.getByRole('button', { name: 'Export' }).click();
    const file = await download(page, /darwinlm-genome\.json/, 10 * seconds);
    expect(file.name).toBe('darwinlm-genome.json');
    const saved: unknown = JSON.parse(await readFile(file.path, 'utf8'));
    expect(saved).toMatchObject({ version: 1, candidate: id, parent: last.parent.id, genome: loser.genome, parameters: loser.size, settings: { seed: 7 } });
    await page.keyboard.press('Escape');
  });

  await test.step('a recording cannot be steered, and says so', async () => {
    await expect(page.getByRole('button', { name: 'Use as parent' })).toBeDisabled();
    await expect(page.getByText(/A recording cannot be steered/)).toBeVisible();
  });

  await test.step('an ancestor brings its generation into view', async () => {
    const ancestor = last.parent.id;
    await panel(page, 'Lineage').getByRole('button', { name: ancestor, exact: true }).click();
    await expect(title(page, ancestor)).toBeVisible();
    await page.keyboard.press('Escape');
  });
  expect(errors).toEqual([]);
});

test('what is pointed at is marked everywhere', async ({ page }) => {
  await openAtEnd(page);
  const inspector = page.locator('.inspector-line');
  await page.locator('.history-plot').hover({ position: { x: 120, y: 1 } });
  await expect(page.locator('.history-frame')).toHaveCount(1);
  await expect(page.locator('.fitness-figures')).toContainText('generation 1');

  await row(page, '60.01').locator('.axis-label').hover();
  await expect(inspector).toContainText(/^60\.01\s*stage/);
  await page.locator('.profile').hover({ position: { x: 80, y: 30 } });
  await expect(inspector).toContainText('Attention 1');
  await expect(page.locator('.hover-column')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await expect(page.locator('.hover-column')).toHaveCount(0);

  await test.step('a chosen order stays until it is reset', async () => {
    await page.getByRole('combobox').selectOption('id');
    await expect(page.locator('.group-title').first()).toHaveText('All candidates');
    await page.getByRole('button', { name: 'Reset', exact: true }).click();
    await expect(page.locator('.group-title').first()).toContainText('Stage');
  });
});

test('what the run kept of each module, and which mutations won', async ({ page }) => {
  await openAtEnd(page);
  const events = await recorded();
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: /^Results/ }).click();
  const kept = panel(page, 'How often each module was kept');
  await expect(kept).toContainText('of 60 parents');
  await kept.getByRole('button', { name: 'Table' }).click();
  await expect(kept.getByRole('row')).toHaveCount(17);
  await kept.getByRole('button', { name: 'Table' }).click();

  const mutations = panel(page, 'Which mutations won');
  const csv = await readFile((await download(page, mutations.getByRole('button', { name: 'CSV' }), 10 * seconds)).path, 'utf8');
  const [head = '', ...lines] = csv.split('\n');
  const column = (name: string): number[] => lines.map((line) => Number(line.split(',')[head.split(',').indexOf(name)]));
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  expect(sum(column('tried'))).toBe(sum(ofType(events, 'generation-started').flatMap(({ offspring }) => offspring.map(({ changed }) => changed.length))));
  const gains = ofType(events, 'generation-finished').filter(({ replaced }) => replaced);
  expect(sum(column('fitness_gained'))).toBeCloseTo(sum(gains.map(({ fitness, previousParentFitness }) => (previousParentFitness ?? 0) - (fitness ?? 0))), 9);
  expect(await seriousViolations(page)).toEqual([]);
});

test('the detail has no serious accessibility violation, light and dark, and fits a phone', async ({ page }) => {
  await openAtEnd(page);
  await row(page, '60.01').click();
  await page.keyboard.press('c');
  await expect(panel(page, 'Compared')).toBeVisible();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme);
    expect(await seriousViolations(page)).toEqual([]);
  }
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(panel(page, 'Lineage')).toBeVisible();
  expect(await overflowOf(page)).toBe(0);
});

test('a candidate of a live run is made the parent, and wins when the run is stopped', async ({ page }) => {
  test.setTimeout(120 * seconds);
  const errors = await openPage(page, './?gens=40&lambda=4&calib=1024&eval=1024&stages=2:0:256,1:0:256&tokens=6&cand=1.02');
  await startButton(page).click();
  await expect(page.getByText('There are no candidates before the search begins.')).toBeVisible();
  await expect(page.getByText(/Child of 0\.00/)).toBeVisible({ timeout: 60 * seconds });
  await runBar(page).getByRole('button', { name: 'Pause' }).click();
  await waitForRunState(page, 'paused', 30 * seconds);
  await page.keyboard.press('Escape');

  const out = page.locator('.population .axis-row-out').first();
  const id = (await out.count()) > 0 ? await out.getAttribute('data-candidate') : '1.02';
  if (!id) throw new Error('a row has its candidate');
  await row(page, id).click();
  const use = page.getByRole('button', { name: 'Use as parent' });
  await use.click();
  await page.getByRole('button', { name: `Make ${id} the parent` }).click();
  await expect(page.locator('.axis-pending')).toContainText(`${id} will be the parent`);
  await page.locator('.axis-pending').getByRole('button', { name: 'Undo' }).click();
  await expect(page.locator('.axis-pending')).toHaveCount(0);
  await use.click();
  await page.getByRole('button', { name: `Make ${id} the parent` }).click();

  await test.step('it writes', async () => {
    await panel(page, 'Sample').getByRole('button', { name: 'Write' }).click();
    await expect(page.getByRole('heading', { name: `From ${id}, not fine-tuned` })).toBeVisible({ timeout: 30 * seconds });
    await expect(panel(page, 'Sample').getByRole('button', { name: 'Write' })).toBeVisible({ timeout: 30 * seconds });
  });

  await runBar(page).getByRole('button', { name: 'Resume' }).click();
  await expect(page.getByText(/You made it the parent in generation/)).toBeVisible({ timeout: 30 * seconds });
  await runBar(page).getByRole('button', { name: 'Stop' }).click();
  await page.getByRole('dialog').getByRole('button', { name: /^Stop/ }).click();
  await waitForRunState(page, 'over', 60 * seconds);
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: /^Results/ }).click();
  const events = await downloadEvents(page);
  const [chosen] = ofType(events, 'parent-chosen');
  expect(chosen?.parent.id).toBe(id);
  expect(ofType(events, 'generation-started').find(({ generation }) => generation === chosen?.generation)?.parent).toEqual(chosen?.parent);
  expect(errors).toEqual([]);
});

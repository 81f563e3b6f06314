import { readFile, writeFile } from 'node:fs/promises';
import { expect, test, type Page, type TestInfo } from './support/test.ts';
import { largeRun, type LargeRun } from '../src/store/large-run.fixture.ts';
import { seriousViolations } from './support/look-over.ts';
import { openPage } from './support/open-page.ts';
import { openRecording } from './support/open-recording.ts';

const generations = 24;

async function eventsFile(info: TestInfo, name: string, run: Partial<LargeRun> = {}): Promise<string> {
  const file = info.outputPath(`${name}.jsonl`);
  await writeFile(file, Array.from(largeRun({ generations, layers: 4, offspring: 8, ...run }), (event) => `${JSON.stringify(event)}\n`).join(''));
  return file;
}

const plot = (page: Page) => page.locator('.fitness-plot');
const figures = (page: Page) => page.locator('.fitness-figures');

/** Places of the axis under the curve. */
const ticks = (page: Page) => page.locator('.fitness-drawing > text').allTextContents();

async function drag(page: Page, from: number, to: number): Promise<void> {
  const box = await plot(page).boundingBox();
  if (!box) throw new Error('there is no chart');
  await page.mouse.move(box.x + from, box.y + 100);
  await page.mouse.down();
  await page.mouse.move(box.x + (from + to) / 2, box.y + 110);
  await page.mouse.move(box.x + to, box.y + 110);
  await page.mouse.up();
}

/** As the page writes it. */
function fitnessOf(generation: number): string {
  for (const event of largeRun({ generations, layers: 4, offspring: 8 })) {
    if (event.type === 'generation-finished' && event.generation === generation) return (event.fitness ?? Number.NaN).toFixed(3);
  }
  throw new Error('the run is shorter');
}

test('the fitness chart zooms, marks, and has its numbers in a table, by pointer and by keyboard', async ({ page }, info) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  const errors = await openPage(page);
  await openRecording(page, await eventsFile(info, 'run'));
  await expect(plot(page)).toBeVisible();
  await expect(figures(page)).toContainText(fitnessOf(generations));
  expect(await ticks(page)).toEqual(['0', '6', '12', '18', '24']);

  await drag(page, 100, 200);
  await expect(page.getByRole('button', { name: 'Later part' })).toBeVisible();
  expect(await ticks(page)).not.toContain('0');
  await plot(page).dblclick();
  await expect(page.getByRole('button', { name: 'Later part' })).toHaveCount(0);
  expect(await ticks(page)).toEqual(['0', '6', '12', '18', '24']);

  // By keys: arrows mark a generation everywhere, + zooms to it, Escape shows all again.
  await plot(page).focus();
  await page.mouse.move(0, 0);
  for (const key of ['Home', 'ArrowRight', 'ArrowRight']) await page.keyboard.press(key);
  await expect(figures(page)).toContainText('generation 3');
  await expect(figures(page)).toContainText(fitnessOf(3));
  await page.keyboard.press('+');
  await expect(page.getByRole('button', { name: 'Earlier part' })).toBeVisible();
  expect(await ticks(page)).not.toContain('24');
  await page.keyboard.press('Escape');
  expect(await ticks(page)).toContain('24');

  // The axes are in the address; the table has the same numbers.
  await page.getByRole('button', { name: 'Tokens', exact: true }).click();
  await expect.poll(() => new URL(page.url()).searchParams.get('x')).toBe('tokens');
  await plot(page).focus();
  await page.keyboard.press('t');
  await expect(page.getByRole('table').getByRole('row', { name: new RegExp(`^3 .* ${fitnessOf(3)} `) })).toBeVisible();
  const saved = page.waitForEvent('download');
  await page.getByRole('group', { name: /^fitness: table/i }).getByRole('button', { name: 'CSV' }).click();
  expect((await readFile(await (await saved).path(), 'utf8')).split('\n')).toHaveLength(generations + 1);
  expect(await seriousViolations(page)).toEqual([]);
  expect(errors).toEqual([]);
});

test('of a recording the chart is drawn as far as that stands, beside random search at equal budget', async ({ page }, info) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await openPage(page, './?view=runs');
  await page.getByLabel('Files of runs').setInputFiles([await eventsFile(info, 'random', { strategy: 'random' }), await eventsFile(info, 'run')]);
  await expect(page.getByText('2 runs imported.')).toBeVisible({ timeout: 20_000 });
  await page.locator('.run-open', { hasText: /^run$/ }).click();
  await expect(figures(page)).toContainText('Random, equal budget');
  await expect(page.getByText('random search', { exact: true })).toBeVisible();
  const shown = (): Promise<number> => page.locator('.fitness-drawing clipPath rect').evaluate((rect) => rect.getBoundingClientRect().width || Number(rect.getAttribute('width')));
  const whole = await shown();
  await page.getByRole('slider', { name: 'Generation' }).first().focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('PageUp');
  await expect(figures(page)).toContainText(fitnessOf(10));
  await expect.poll(shown).toBeCloseTo((whole * 10) / generations, 0);
  await expect(page.locator('.fitness-drawing g[clip-path] path[stroke-dasharray="1.5 2.5"]')).toHaveCount(1);
});

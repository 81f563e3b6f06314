import { readFile, writeFile } from 'node:fs/promises';
import { expect, test, type Page } from './support/test.ts';
import { largeRun } from '../src/store/large-run.fixture.ts';
import { profileAfter, withProfiles } from '../src/ui/profile/profile.fixture.ts';
import { download } from './support/follow-run.ts';
import { overflowOf, seriousViolations } from './support/look-over.ts';
import { openPage } from './support/open-page.ts';
import { openRecording } from './support/open-recording.ts';
import { elementsOf } from './support/pictures.ts';

const generations = 12;
const last = profileAfter(generations);

const tools = (page: Page, name: RegExp) => page.getByRole('group', { name });
const saved = async (page: Page, name: RegExp, kind: string): Promise<string> => readFile((await download(page, tools(page, name).getByRole('button', { name: kind, exact: true }), 20_000)).path, 'utf8');
/** Cells of a row of a table, its name left out. */
const cellsOf = (page: Page, table: string, row: string): Promise<string[]> =>
  page
    .getByRole('region', { name: table })
    .getByRole('row')
    .filter({ has: page.getByRole('rowheader', { name: row, exact: true }) })
    .locator('td:not([aria-hidden])')
    .allInnerTexts();
const plain = (texts: readonly string[]): string[] => texts.map((text) => text.replaceAll('\u202f', ' '));

test.describe('the profile of a run', () => {
  test.use({ viewport: { width: 1440, height: 900 } });

  test('says where time went in words, tables, a curve and files, and comes back with the run', async ({ page }, info) => {
    const file = info.outputPath('profiled.jsonl');
    await writeFile(file, withProfiles(largeRun({ generations, layers: 2, offspring: 8 })).map((event) => `${JSON.stringify(event)}\n`).join(''));
    const errors = await openPage(page);
    await page.keyboard.press('3');
    await expect(page.getByRole('heading', { name: 'No run yet.' })).toBeVisible();
    await openRecording(page, file);
    await page.keyboard.press('3');
    await expect.poll(() => new URL(page.url()).searchParams.get('view')).toBe('profile');

    await expect(page.locator('.profile-sentence')).toContainText(/^The run took \d.+s, 75.% of it in the search, at 500.MFLOP\/s or 50.% of its device’s peak\. 10.% of that time was outside/);
    expect(plain(await cellsOf(page, 'Table of phases', 'Search'))).toEqual(['2 m', '75 %', '10 %', '60 GFLOP', '500 MFLOP/s', '50 %', '800 tok/s', '200 tok/s']);
    expect(plain(await cellsOf(page, 'Table of phases', 'Load'))).toEqual(['2.0 s', '1.3 %', '–', '0', '–', '–', '–', '–']);
    expect(plain(await cellsOf(page, 'Table of sessions and kernels', 'mlp.backward'))).toEqual(['48 s', '30 %', '480', '100 ms', '36 s']);
    expect(plain(await cellsOf(page, 'Table of sessions and kernels', 'outside all of them'))).toEqual(['15 s', '9.4 %', '–', '–', '–']);
    const moved = page.getByRole('region', { name: 'Moved' });
    await expect(moved.getByRole('row', { name: /^Readbacks/ }).locator('td')).toHaveText([String(last.traffic.readbacks), '4']);

    const phases = (await saved(page, /^Time by phase/, 'CSV')).split('\n');
    expect(phases.map((line) => line.split(',')[0])).toEqual(['phase', ...last.phases.map(({ phase }) => phase)]);
    expect((await saved(page, /^Time by session/, 'CSV')).split('\n')).toHaveLength(2 + last.programs.length); // a head, and what is outside; compiling is among the programs
    expect((await elementsOf(page, await saved(page, /^Time by phase/, 'SVG')))['rect']).toBeGreaterThan(last.phases.length - 1);
    await expect(page.getByRole('img', { name: /^Pace over 12 generations/ }).locator('path').nth(1)).toBeAttached(); // drawn a moment after its frame
    expect((await elementsOf(page, await saved(page, /^Pace/, 'SVG')))['path']).toBeGreaterThan(1);

    // The curve’s table is the first of the page that a key swaps; T swaps it back.
    await page.keyboard.press('t');
    await expect(page.getByRole('region', { name: 'Table of generations' }).locator('tbody tr')).toHaveCount(generations);
    await page.keyboard.press('t');
    await expect(page.getByRole('img', { name: /^Pace over 12 generations: forward 800, trained 200 in the last/ })).toBeVisible();
    await page.getByRole('button', { name: 'share of peak' }).click();
    await expect(page.getByRole('img', { name: /of peak 50.% in the last/ })).toBeVisible();
    await page.getByRole('button', { name: 'readback' }).first().click();
    await expect(page.getByRole('dialog', { name: 'readback' })).toContainText('The host waits');
    await page.keyboard.press('Escape');

    expect(await seriousViolations(page)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await overflowOf(page)).toBeLessThanOrEqual(0);
    await page.setViewportSize({ width: 1440, height: 900 });

    // A recording’s profile is that of the place where it stands.
    await page.getByRole('slider', { name: 'Generation' }).press('Home');
    await expect(page.locator('.profile-sentence')).toContainText(/^The run has taken \d.+s so far, 75.% of it in the level database/);
    expect(errors).toEqual([]);
  });

  test('of a run that was recorded without one is the time of its phases, and says so', async ({ page }, info) => {
    const file = info.outputPath('older.jsonl');
    await writeFile(file, Array.from(largeRun({ generations: 2, layers: 2, offspring: 8 }), (event) => `${JSON.stringify(event)}\n`).join(''));
    await openPage(page);
    await openRecording(page, file);
    await page.keyboard.press('3');
    await expect(page.getByText('This run was recorded by a version that kept no profile')).toBeVisible();
    expect(await cellsOf(page, 'Table of phases', 'Search')).toHaveLength(2);
    await expect(page.getByRole('region', { name: 'Table of sessions and kernels' })).toHaveCount(0);
  });
});

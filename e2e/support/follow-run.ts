import { expect, type Download, type Locator, type Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import type { RunEvent } from '../../src/run/run-events.ts';

/** The name of the run bar's first button tells the state: it is what one can do next. */
const primaryButtons = { paused: 'Resume', over: 'New run' } as const;

/** The bar with the run's buttons and phases. */
export function runBar(page: Page) {
  return page.getByRole('navigation', { name: 'Run' });
}

/** Waits until the run is in a state; `over` is finished, stopped or failed. `timeout` in milliseconds. */
export async function waitForRunState(page: Page, state: keyof typeof primaryButtons, timeout: number): Promise<void> {
  await expect(runBar(page).getByRole('button', { name: primaryButtons[state], exact: true })).toBeVisible({ timeout });
}

const viewLink = (page: Page, name: RegExp) => page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name });

/** Goes to the search, where settings and log are. */
export const showSearch = (page: Page): Promise<void> => viewLink(page, /^Search/).click();

/** Goes to what came out of the run: sizes, quality, files. */
export async function showResults(page: Page): Promise<void> {
  await viewLink(page, /^Results/).click();
  await expect(page.getByRole('heading', { name: 'Export' })).toBeVisible();
}

/** Presses a button, given or named, and waits for the file that it saves. `timeout` in milliseconds. */
export async function download(page: Page, button: RegExp | Locator, timeout: number): Promise<{ path: string; name: string }> {
  const waiting = page.waitForEvent('download', { timeout });
  await (button instanceof RegExp ? page.getByRole('button', { name: button }) : button).click();
  const file: Download = await waiting;
  return { path: await file.path(), name: file.suggestedFilename() };
}

/** Saves a JSON file by the button that is named, and reads it. */
export async function downloadJson<T>(page: Page, button: RegExp): Promise<T> {
  return JSON.parse(await readFile((await download(page, button, 60_000)).path, 'utf8')) as T;
}

/** Saves the run's events, and reads them; they are among the results. */
export async function downloadEvents(page: Page): Promise<RunEvent[]> {
  await showResults(page);
  const lines = (await readFile((await download(page, /save events\.jsonl/i, 60_000)).path, 'utf8')).trim().split('\n');
  return lines.map((line) => JSON.parse(line) as RunEvent);
}

/** The population as the page's own table tells it: every candidate with its state, stage, fitness and levels. */
export async function populationCsv(page: Page): Promise<string> {
  const button = page.locator('.axis-actions').getByRole('button', { name: 'CSV' });
  return await readFile((await download(page, button, 10_000)).path, 'utf8');
}

const pressStep = (page: Page): Promise<void> => runBar(page).getByRole('button', { name: 'Step', exact: true }).click();

/**
 * Has a paused run go a step, and waits until it rests again, further on than before. A stage may take less time than a
 * look at the page, so what counts is where the run rests, not that it was seen running. Returns the generation it rests in.
 */
export async function stepRun(page: Page, timeout: number, press: (page: Page) => Promise<void> = pressStep): Promise<number> {
  const before = await populationCsv(page);
  await press(page);
  await expect(async () => {
    expect(await populationCsv(page)).not.toBe(before);
    await waitForRunState(page, 'paused', 1000);
  }).toPass({ timeout });
  return await generationOf(page);
}

/** The generation that the search is in, or the reader looks at. */
export async function generationOf(page: Page): Promise<number> {
  return Number(/^Generation ([\d,]+)/.exec(await page.getByRole('heading', { name: /^Generation \d/ }).first().innerText())?.[1]?.replaceAll(',', ''));
}

/** Why a run went on from where it was saved, each time. */
export const resumptions = (events: readonly RunEvent[]) => events.flatMap((event) => (event.type === 'run-resumed' ? [event.why] : []));

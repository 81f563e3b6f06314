import { randomFor, type Random } from '../../src/base/random.ts';
import { runBar } from '../support/follow-run.ts';
import { engineOf } from '../support/lose-device.ts';
import { openPage, startButton } from '../support/open-page.ts';
import { expect, type Page } from '../support/test.ts';

export const minute = 60_000;
export const seed = Number(process.env['SOAK_SEED'] ?? 1);
export const wanted = (name: 'SOAK_KILLS' | 'SOAK_LOSSES' | 'SOAK_MINUTES'): number => Number(process.env[name] ?? 0);
export const randomOf = (...purpose: readonly (string | number)[]): Random => randomFor(seed, 'browser soak', ...purpose);

const messages = (page: Page) => page.getByRole('region', { name: 'Messages' });
const newRun = (page: Page) => runBar(page).getByRole('button', { name: 'New run', exact: true });
const resume = (page: Page) => messages(page).getByRole('button', { name: 'Resume', exact: true }).first();

/** What a run that failed offers: an engine that breaks down three times without coming further is given up. */
const offered = (page: Page) => page.getByRole('main').getByRole('button', { name: 'Resume', exact: true });

/** Whether the run has come to its end; one that was given up is gone on with. */
export async function isOver(page: Page): Promise<boolean> {
  if (!(await newRun(page).isVisible())) return false;
  if (!(await offered(page).isVisible())) return true;
  await offered(page).click();
  return false;
}

export const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, milliseconds));

/** Opens the site and starts a run. */
export async function startRun(page: Page, address: string): Promise<void> {
  await openPage(page, address);
  await startButton(page).click();
}

/** Ways in which a page loses a run, and what comes after each. Returns the page that goes on. */
export const kills = {
  'page reloaded': async (page: Page): Promise<Page> => {
    await page.reload();
    return page;
  },
  'page closed': async (page: Page): Promise<Page> => {
    const [context, address] = [page.context(), page.url()];
    await page.close();
    const other = await context.newPage();
    await other.goto(address);
    return other;
  },
  'engine ended': async (page: Page): Promise<Page> => {
    // One that ends by itself meanwhile never answers.
    await Promise.race([engineOf(page)?.evaluate(() => void setTimeout(() => self.close())).catch(() => undefined), pause(2000)]);
    return page;
  },
  'renderer crashed': async (page: Page): Promise<Page> => {
    const [context, address] = [page.context(), page.url()];
    const session = await context.newCDPSession(page);
    const crashed = page.waitForEvent('crash');
    void session.send('Page.crash').catch(() => undefined);
    await crashed;
    await page.close();
    const other = await context.newPage();
    await other.goto(address);
    return other;
  },
} as const;

export type Kill = keyof typeof kills;
export const killNames = Object.keys(kills) as readonly Kill[];

/** Goes on with a run that was cut off: by itself, or by the button that offers it. Nothing where it had come to its end, or was never saved. */
export async function goOn(page: Page, address: string): Promise<void> {
  const stop = runBar(page).getByRole('button', { name: 'Pause', exact: true });
  await expect(newRun(page).or(stop).or(startButton(page)).first()).toBeVisible({ timeout: minute });
  // What is offered comes after the rest; where nothing was saved yet nothing comes.
  await expect(newRun(page).or(stop).or(resume(page)).first()).toBeVisible({ timeout: 8000 }).catch(() => undefined);
  if (await resume(page).isVisible()) await resume(page).click();
  else if (!(await newRun(page).isVisible()) && !(await stop.isVisible())) await startRun(page, address);
}

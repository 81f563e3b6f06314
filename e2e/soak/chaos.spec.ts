import { violations } from '../../scripts/soak/invariants.ts';
import type { Random } from '../../src/base/random.ts';
import type { RunEvent } from '../../src/run/run-events.ts';
import { downloadEvents, runBar, showSearch, waitForRunState } from '../support/follow-run.ts';
import { Disk } from '../support/full-disk.ts';
import { savedRuns } from '../support/saved-runs.ts';
import { expect, test, type Page } from '../support/test.ts';
import { useTinyModel } from '../support/tiny-model.ts';
import { goOn, isOver, kills, minute, pause, randomOf, startRun, wanted } from './disturb.ts';

const subjects = [
  'gens=60&lambda=6&calib=256&eval=128&stages=2:0:64,1:64:128&post=2048',
  'gens=80&lambda=10&calib=256&eval=128&stages=4:0:128,1:0:256',
  'gens=60&lambda=6&calib=256&eval=128&stages=1:0:128&strategy=random',
];

test.beforeEach(({ context }) => useTinyModel(context));

/** What is done to a run, by name; each returns at once, and none ends it. */
const disturbances = {
  pause: async (page: Page, random: Random) => {
    await runBar(page).getByRole('button', { name: 'Pause', exact: true }).click({ timeout: 1000 });
    await pause(random.below(500));
    await runBar(page).getByRole('button', { name: 'Resume', exact: true }).click({ timeout: 5000 });
  },
  step: async (page: Page) => {
    await page.locator('body').press('>');
    await pause(200);
    await runBar(page).getByRole('button', { name: 'Resume', exact: true }).click({ timeout: 5000 });
  },
  change: async (page: Page, random: Random) => {
    await page.getByRole('slider', { name: 'Max flips per child' }).press(random.unit() < 0.5 ? 'ArrowLeft' : 'ArrowRight', { timeout: 1000 });
  },
  'full disk': async (page: Page, random: Random) => {
    const disk = await Disk.of(page);
    await disk.leave(random.below(20_000));
    await pause(500 + random.below(1500));
    await disk.free();
  },
  'engine ended': async (page: Page) => {
    await kills['engine ended'](page);
  },
} as const;

type Disturbance = keyof typeof disturbances;
const names = Object.keys(disturbances) as readonly Disturbance[];

/** Disturbs a run until it is over. */
async function disturbedRun(page: Page, address: string, random: Random, tally: Map<Disturbance, number>): Promise<void> {
  while (!(await isOver(page))) {
    await pause(random.below(800));
    const name = names[random.below(names.length)] ?? 'pause';
    // The run may come to its end, or be at the other side of its pause, while it is disturbed.
    const done = await disturbances[name](page, random).then(() => true, () => false);
    if (done) tally.set(name, (tally.get(name) ?? 0) + 1);
    await goOn(page, address);
    const paused = runBar(page).getByRole('button', { name: 'Resume', exact: true });
    if (await paused.isVisible()) await paused.click({ timeout: 2000 }).catch(() => undefined);
  }
}

/** Bytes of the page's heap that are live; the engine's is another. */
async function liveBytes(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  for (let sweep = 0; sweep < 3; sweep++) await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize;
}

/** Whether there is something to go on from with that run. */
async function isSaved(page: Page, events: readonly RunEvent[]): Promise<boolean> {
  const ids = events.flatMap((event) => (event.type === 'run-started' && event.run !== undefined ? [event.run] : []));
  const saved = await savedRuns(page);
  return ids.some((id) => saved.includes(id));
}

test('disturbed runs keep what must hold', async ({ page }) => {
  const minutes = wanted('SOAK_MINUTES');
  test.setTimeout((minutes + 10) * minute);
  const tally = new Map<Disturbance, number>();
  let unsaved = 0;
  const began = performance.now();
  for (let run = 0; performance.now() - began < minutes * minute; run++) {
    const address = `./?backend=wasm&seed=${run + 1}&${subjects[run % subjects.length]}`;
    await startRun(page, address);
    await disturbedRun(page, address, randomOf('chaos', run), tally);
    await waitForRunState(page, 'over', minute);
    const events = await downloadEvents(page);
    if (events.at(-1)?.type === 'run-failed' && !(await isSaved(page, events))) {
      unsaved++; // the engine was ended again and again before anything could be saved
      continue;
    }
    expect(violations(events), `run ${run + 1}`).toEqual([]);
    await showSearch(page);
    const heap = await liveBytes(page);
    console.log(`${((performance.now() - began) / 1000).toFixed(0)} s, ${run + 1} runs, ${unsaved} ended before anything was saved, ${JSON.stringify(Object.fromEntries(tally))}, live heap of the page ${(heap / 1e6).toFixed(2)} MB`);
  }
});

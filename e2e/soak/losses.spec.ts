import { canonicalLog } from '../../src/run/canonical-log.ts';
import type { RunEvent } from '../../src/run/run-events.ts';
import { downloadEvents, resumptions, waitForRunState } from '../support/follow-run.ts';
import { devicesOpened, keepHoldOfDevices, loseDevice } from '../support/lose-device.ts';
import { expect, test, type Page } from '../support/test.ts';
import { useTinyModel } from '../support/tiny-model.ts';
import { goOn, isOver, kills, minute, pause, randomOf, startRun, wanted } from './disturb.ts';

const run = (backend: 'wasm' | 'webgpu', generations: number): string => `./?backend=${backend}&gens=${generations}&lambda=3&calib=256&eval=128&stages=1:0:64&seed=7`;

const winnerOf = (events: readonly RunEvent[]) => events.flatMap((event) => (event.type === 'search-finished' ? [event.winner] : []))[0];
const finishedOf = (events: readonly RunEvent[]): number[] => events.flatMap((event) => (event.type === 'generation-finished' ? [event.generation] : []));

test.beforeEach(({ context }) => useTinyModel(context));

/** Waits until the run is a generation further than it was. */
async function further(page: Page): Promise<void> {
  const heading = page.getByRole('heading', { name: /^Generation \d/ });
  await expect(heading).toBeVisible({ timeout: 2 * minute });
  const before = await heading.textContent();
  await expect(heading).not.toHaveText(before ?? '', { timeout: minute });
}

/** The run on the processor, whose engine is taken away so often. */
async function lostOnProcessor(page: Page, address: string, most: number): Promise<{ readonly lost: number; readonly events: readonly RunEvent[] }> {
  const random = randomOf('losses', 'wasm');
  await startRun(page, address);
  let lost = 0;
  for (; lost < most && !(await isOver(page)); lost++) {
    await further(page);
    await pause(random.below(1500));
    await kills['engine ended'](page);
    await goOn(page, address);
  }
  await waitForRunState(page, 'over', 5 * minute);
  return { lost, events: await downloadEvents(page) };
}

test('a run whose engine is taken away again and again has the same winner', async ({ page, context }) => {
  const most = wanted('SOAK_LOSSES');
  test.setTimeout((5 + most) * minute);
  const address = run('wasm', 50 * most); // enough for so many losses, each a generation and more after the one before
  await startRun(page, address);
  await waitForRunState(page, 'over', 5 * minute);
  const whole = await downloadEvents(page);
  await page.close();
  const { lost, events } = await lostOnProcessor(await context.newPage(), address, most);
  console.log(`wasm: the engine was ended ${lost} times, told to have gone on ${resumptions(events).length} times; winner ${JSON.stringify(winnerOf(events))}, unbroken ${JSON.stringify(winnerOf(whole))}`);
  expect(lost).toBe(most);
  expect(winnerOf(events)).toEqual(winnerOf(whole));
  expect(canonicalLog(events)).toEqual(canonicalLog(whole));
});

test('a run whose graphics device is lost again and again finishes @webgpu', async ({ page, context }) => {
  const most = wanted('SOAK_LOSSES');
  test.setTimeout((10 + 2 * most) * minute);
  const random = randomOf('losses', 'webgpu');
  await keepHoldOfDevices(context);
  const generations = 2 * most + 4;
  await startRun(page, run('webgpu', generations));
  for (let lost = 0; lost < most; lost++) {
    await further(page);
    await pause(random.below(500));
    const opened = await devicesOpened(page);
    await loseDevice(page);
    await expect.poll(() => devicesOpened(page), { timeout: 2 * minute }).toBe(opened + 1); // so that the next loss is of another
  }
  await waitForRunState(page, 'over', 5 * minute);
  const events = await downloadEvents(page);
  console.log(`webgpu: ${most} devices destroyed, told to have gone on ${resumptions(events).length} times; winner ${JSON.stringify(winnerOf(events))}`);
  expect(events.at(-1)?.type).toBe('run-finished');
  expect(finishedOf(events)).toEqual(Array.from({ length: generations }, (_, index) => index + 1));
  expect(resumptions(events)).not.toEqual([]); // what is told before the run comes further is taken back with the rest
});

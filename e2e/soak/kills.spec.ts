import { canonicalLog } from '../../src/run/canonical-log.ts';
import { downloadEvents, resumptions, waitForRunState } from '../support/follow-run.ts';
import { expect, test } from '../support/test.ts';
import { useTinyModel } from '../support/tiny-model.ts';
import { goOn, isOver, killNames, kills, minute, pause, randomOf, startRun, wanted } from './disturb.ts';

/** A run of some ten seconds that does everything. */
const address = './?backend=wasm&gens=40&lambda=6&calib=256&eval=128&stages=2:0:64,1:64:128&post=4096&seed=11';
/** Milliseconds between two kills, at most. */
const longestLife = 2500;

test.beforeEach(({ context }) => useTinyModel(context));

test('runs that are killed at random come to what the unbroken run comes to', async ({ page: first, context }) => {
  const most = wanted('SOAK_KILLS');
  test.setTimeout((5 + most) * minute);
  await startRun(first, address);
  await waitForRunState(first, 'over', 5 * minute);
  const expected = canonicalLog(await downloadEvents(first));
  await first.close();

  const random = randomOf('kills');
  let done = 0;
  for (let run = 1; done < most; run++) {
    let page = await context.newPage();
    await startRun(page, address);
    const here: string[] = [];
    while (!(await isOver(page))) {
      await pause(200 + random.below(longestLife));
      if (done >= most || (await isOver(page))) {
        await waitForRunState(page, 'over', 5 * minute);
        break;
      }
      const name = killNames[random.below(killNames.length)] ?? 'page reloaded';
      page = await kills[name](page);
      here.push(name);
      done++;
      await goOn(page, address);
    }
    const events = await downloadEvents(page);
    console.log(`run ${run}: ${here.length} kills (${here.join(', ')}), told to have gone on ${resumptions(events).length} times, ${done} kills in all`);
    expect(canonicalLog(events)).toEqual(expected);
    await page.close();
  }
});

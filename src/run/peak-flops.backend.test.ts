import { expect, it } from 'vitest';
import { makeRuntime } from '../runtime/testing.ts';
import { peakFlops } from './peak-flops.ts';

it('is measured once, is as fast as a plain product at least, and leaves nothing behind', async () => {
  await using runtime = await makeRuntime();
  const before = runtime.live();
  const peak = await peakFlops(runtime);
  expect(peak).toBeGreaterThan(1e7); // the slowest devices that run tests do a hundred times that
  expect(peak).toBeLessThan(1e15);
  expect(runtime.live()).toMatchObject({ tensors: before.tensors, bytes: before.bytes });
  const runs = runtime.work().programs.get('peak')?.runs;
  expect(runs).toBeGreaterThan(3);
  expect(await peakFlops(runtime)).toBe(peak);
  expect(runtime.work().programs.get('peak')?.runs).toBe(runs);
});

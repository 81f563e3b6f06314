import { expect, test } from 'vitest';
import { makeRuntime, onGpu } from '../runtime/testing.ts';
import { pruneInline } from './prune-executor.ts';
import { pruneOnDevice } from './prune-on-device.ts';
import { mlpOnly, randomJob } from './random-job.fixture.ts';

test.runIf(onGpu)('prunes an MLP on the GPU as float64 does on the processor, and leaves nothing there', async () => {
  await using runtime = await makeRuntime();
  if (runtime.eliminator === null) throw new Error('no eliminator');
  const job = () => randomJob(mlpOnly(96, 24), 11);
  const exact = await pruneInline(job());
  const device = await pruneOnDevice(job(), { eliminator: runtime.eliminator });
  expect(runtime.live().tensors).toBe(0);
  expect(device.levels.map(({ kept }) => kept)).toEqual(exact.levels.map(({ kept }) => kept));
  exact.levels.forEach(({ loss }, level) => expect(Math.abs((device.levels[level]?.loss ?? NaN) - loss)).toBeLessThanOrEqual(1e-4 * loss));
  for (const [level, weight] of exact.weights.entries()) {
    for (const [at, value] of (weight ?? []).entries()) expect(Math.abs((device.weights[level]?.[at] ?? NaN) - value)).toBeLessThan(1e-5);
  }
  expect(device.onDevice?.refreshes).toBe(0);
  // The same bits on every run.
  const again = await pruneOnDevice(job(), { eliminator: runtime.eliminator });
  expect(again).toEqual(device);
  // Removals of ten levels; weights and the check of the nine that keep something.
  expect(runtime.work().readbacks).toBe(2 * (10 + 9 + 9));
});

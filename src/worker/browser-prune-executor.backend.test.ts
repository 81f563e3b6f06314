import { describe, expect, it } from 'vitest';
import { pruneInline } from '../pruning/prune-executor.ts';
import { mlpOnly, randomJob } from '../pruning/random-job.fixture.ts';
import { browserPrunePool } from './browser-prune-executor.ts';

// Node has no Worker of this kind; its pool is src/cli/node-prune-executor.ts.
describe.skipIf(typeof Worker === 'undefined')('browserPrunePool', () => {
  it('prunes on browser workers as this thread does', async () => {
    using pool = browserPrunePool(2);
    const seeds = [1, 2, 3];
    const pruned = await Promise.all(seeds.map((seed) => pool.execute(randomJob(mlpOnly(64, 16), seed))));
    for (const [index, seed] of seeds.entries()) expect(pruned[index]).toEqual(await pruneInline(randomJob(mlpOnly(64, 16), seed)));
  });

  it('carries the three lines of an error across, and cancels', async () => {
    using pool = browserPrunePool(1);
    const job = randomJob(mlpOnly(8, 4), 1);
    job.hessian[9] = NaN;
    await expect(pool.execute(job)).rejects.toMatchObject({ name: 'HessianNotFiniteError', explanation: { what: expect.stringContaining('layer 0') } });
    const controller = new AbortController();
    const long = pool.execute(randomJob(mlpOnly(480, 512), 1), { signal: controller.signal, onProgress: () => controller.abort() });
    await expect(long).rejects.toMatchObject({ name: 'AbortError' });
  });
});

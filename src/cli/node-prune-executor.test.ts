import { describe, expect, it } from 'vitest';
import { mlpOnly, randomJob } from '../pruning/random-job.fixture.ts';
import { pruneInline } from '../pruning/prune-executor.ts';
import { nodePrunePool } from './node-prune-executor.ts';

describe('nodePrunePool', () => {
  it('prunes on worker threads as this thread does', async () => {
    using pool = nodePrunePool(2);
    const seeds = [1, 2, 3];
    const steps: number[] = [];
    const pruned = await Promise.all(
      seeds.map((seed) => pool.execute(randomJob(mlpOnly(192, 48), seed), { onProgress: ({ removed }) => steps.push(removed) })),
    );
    for (const [index, seed] of seeds.entries()) {
      expect(pruned[index]).toEqual(await pruneInline(randomJob(mlpOnly(192, 48), seed)));
    }
  });

  it('carries the three lines of an error across', async () => {
    using pool = nodePrunePool(1);
    const job = randomJob(mlpOnly(8, 4), 1);
    job.hessian[9] = NaN;
    await expect(pool.execute(job)).rejects.toMatchObject({
      name: 'HessianNotFiniteError',
      explanation: { what: expect.stringContaining('the MLP of layer 0'), means: expect.any(String), remedy: expect.any(String) },
    });
    // The worker lives on.
    expect((await pool.execute(randomJob(mlpOnly(8, 4), 2))).structures).toBe(8);
  });

  it('cancels a running job and goes on with the next', async () => {
    using pool = nodePrunePool(1);
    const controller = new AbortController();
    const long = pool.execute(randomJob(mlpOnly(480, 512), 1), { signal: controller.signal, onProgress: () => controller.abort() });
    const next = pool.execute(randomJob(mlpOnly(16, 8), 2));
    await expect(long).rejects.toMatchObject({ name: 'AbortError' });
    expect((await next).structures).toBe(16);
  });
});

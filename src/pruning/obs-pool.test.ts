import { describe, expect, it } from 'vitest';
import { prepareHessian } from './hessian.ts';
import { invertInline } from './kept-inverse.ts';
import { handlePruneMessages } from './obs-worker-handler.ts';
import { ObsPool } from './obs-pool.ts';
import type { WorkerLike } from './obs-pool.ts';
import { pruneInline } from './prune-executor.ts';
import type { PruneReply, PruneRequest } from './prune-messages.ts';
import { mlpOnly, oneLayer, randomHessian, randomJob, randomWeight } from './random-job.fixture.ts';

/** The real handler behind a real message channel (structured clones, transfers), on this thread. */
function channelWorker(): WorkerLike & { fail(): void; ended: boolean } {
  const { port1, port2 } = new MessageChannel();
  const handle = handlePruneMessages({ postMessage: (reply, transfer) => port2.postMessage(reply, transfer) });
  port2.onmessage = ({ data }: MessageEvent<PruneRequest>) => handle(data);
  const worker: ReturnType<typeof channelWorker> = {
    postMessage: (request, transfer) => port1.postMessage(request, transfer),
    onmessage: null,
    onfailure: null,
    ended: false,
    terminate: () => {
      worker.ended = true;
      port1.close();
      port2.close();
    },
    fail: () => worker.onfailure?.('out of memory'),
  };
  port1.onmessage = ({ data }: MessageEvent<PruneReply>) => worker.onmessage?.(data);
  return worker;
}

function pool(size: number): { pool: ObsPool; workers: ReturnType<typeof channelWorker>[] } {
  const workers: ReturnType<typeof channelWorker>[] = [];
  const spawn = () => {
    const worker = channelWorker();
    workers.push(worker);
    return worker;
  };
  return { pool: new ObsPool(size, spawn), workers };
}

const job = (seed: number) => randomJob(mlpOnly(40, 12), seed);

describe('ObsPool', () => {
  it('prunes more jobs than workers, as this thread does', async () => {
    const { pool: pruning, workers } = pool(2);
    using _ = pruning;
    const seeds = [1, 2, 3, 4, 5];
    const results = await Promise.all(seeds.map((seed) => pruning.execute(job(seed))));
    for (const [index, seed] of seeds.entries()) expect(results[index]).toEqual(await pruneInline(job(seed)));
    expect(workers.length).toBe(2);
  });

  it('inverts as this thread does, between other jobs, and hears a cancel', async () => {
    const { pool: pruning, workers } = pool(1);
    using _ = pruning;
    const hessian = prepareHessian(randomHessian(30, 4), { module: 'test', columns: 30, damping: 0.01 });
    const kept = Int32Array.of(1, 4, 9, 28);
    const controller = new AbortController();
    const waiting = [pruning.execute(job(1)), pruning.invert(hessian, kept), pruning.invert(hessian, kept, controller.signal)] as const;
    controller.abort(new Error('enough'));
    await expect(waiting[2]).rejects.toThrow('enough');
    expect(await waiting[1]).toEqual(await invertInline(hessian, kept));
    expect((await waiting[0]).structures).toBe(40);
    expect(workers.length).toBe(1);
  });

  it('makes no worker before it is needed', async () => {
    const { pool: pruning, workers } = pool(8);
    using _ = pruning;
    expect(workers.length).toBe(0);
    await pruning.execute(job(1));
    await pruning.execute(job(2));
    expect(workers.length).toBe(1);
  });

  it('transfers the Hessian and leaves the weight', async () => {
    const { pool: pruning } = pool(1);
    using _ = pruning;
    const input = job(1);
    await pruning.execute(input);
    expect(input.hessian.byteLength).toBe(0);
    expect(input.weight.length).toBe(480);
  });

  it('fails the job of a worker that fails, and replaces the worker', async () => {
    const { pool: pruning, workers } = pool(1);
    using _ = pruning;
    const lost = pruning.execute(job(1));
    workers[0]?.fail();
    await expect(lost).rejects.toMatchObject({ name: 'PruneWorkerFailedError', message: expect.stringContaining('out of memory') });
    expect((await pruning.execute(job(2))).structures).toBe(40);
    expect(workers.map(({ ended }) => ended)).toEqual([true, false]);
  });

  it('fails a job whose worker cannot be made', async () => {
    const pruning = new ObsPool(1, () => {
      throw new Error('blocked');
    });
    await expect(pruning.execute(job(1))).rejects.toMatchObject({ name: 'PruneWorkerFailedError' });
  });

  it('drops a waiting job when it is cancelled, and refuses a cancelled one', async () => {
    const { pool: pruning } = pool(1);
    using _ = pruning;
    const controller = new AbortController();
    const first = pruning.execute(job(1));
    const waiting = pruning.execute(job(2), { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(pruning.execute(job(3), { signal: controller.signal })).rejects.toThrow('enough');
    expect((await first).structures).toBe(40);
  });

  it('fails what is open when it is closed, and what comes after', async () => {
    const { pool: pruning, workers } = pool(1);
    const open = [pruning.execute(job(1)), pruning.execute(job(2))];
    pruning[Symbol.dispose]();
    for (const { status } of await Promise.allSettled(open)) expect(status).toBe('rejected');
    await expect(pruning.execute(job(3))).rejects.toMatchObject({ name: 'PruneWorkerFailedError' });
    expect(workers[0]?.ended).toBe(true);
  });

  it('refuses a size of none', () => {
    expect(() => pool(0)).toThrow(RangeError);
  });
});

describe('pruneInline', () => {
  it('gives the event loop its turn and reports progress', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const steps: number[] = [];
    await pruneInline(randomJob(mlpOnly(320, 512), 1), { onProgress: ({ removed }) => steps.push(removed) });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
    expect(steps.length).toBeGreaterThan(0);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
  });

  it('prunes attention at both granularities, parameters falling', async () => {
    const spec = oneLayer([2, 2, 2], 4, 8, 10);
    for (const granularity of ['query-head', 'kv-group'] as const) {
      const { levels, structures } = await pruneInline({
        id: { layer: 0, kind: 'attention' },
        spec,
        granularity,
        K: 10,
        damping: 0.01,
        hessian: randomHessian(24, 1),
        weight: randomWeight(240, 1),
      });
      expect(structures).toBe(granularity === 'kv-group' ? 3 : 6);
      expect([levels[0]?.parameters, levels.at(-1)?.parameters]).toEqual([(24 * 2 + 12 * 2) * 10 + 24 + 24 + 8, 0]);
      levels.forEach(({ parameters, loss }, index) => {
        if (index === 0) return;
        expect(parameters).toBeLessThan(levels[index - 1]?.parameters ?? 0);
        expect(loss).toBeGreaterThanOrEqual(levels[index - 1]?.loss ?? Infinity);
      });
    }
  });
});

import { describe, expect, it } from 'vitest';
import type { Eliminator } from '../runtime/elimination/elimination.ts';
import { plainEliminator } from '../runtime/elimination/plain-elimination.ts';
import { pruneInline } from './prune-executor.ts';
import type { PruneExecutor } from './prune-executor.ts';
import type { PruneJob } from './prune-module.ts';
import { deviceExecutor, pruneOnDevice } from './prune-on-device.ts';
import { mlpOnly, oneLayer, randomJob, randomWeight } from './random-job.fixture.ts';

const columns = 8;

/** Ones on the diagonal and one pair of inputs that go together more than they can: its smallest eigenvalue is `-excess`. */
function indefinite(excess: number): Float64Array<ArrayBuffer> {
  const matrix = new Float64Array(columns ** 2);
  for (let index = 0; index < matrix.length; index += columns + 1) matrix[index] = 1;
  matrix[1] = matrix[columns] = 1 + excess;
  return matrix;
}

const channels = (excess: number): PruneJob => ({ ...randomJob(mlpOnly(columns, 3), 1), hessian: indefinite(excess) });
const heads = (excess: number): PruneJob => ({ ...channels(excess), id: { layer: 0, kind: 'attention' }, spec: oneLayer([2, 2], 2, 5, 3), weight: randomWeight(24, 2) });
const onDevice: PruneExecutor = (job) => pruneOnDevice(job, { eliminator: plainEliminator });

describe.each([
  ['channels', pruneInline, channels],
  ['heads', pruneInline, heads],
  ['channels on a device', onDevice, channels],
] as const)('a Hessian that is not positive definite: %s', (_, prune, jobOf) => {
  it.each([
    [0.05, 0.1],
    [0.5, 1],
    [5, 10],
  ])('with an eigenvalue of -%f it is damped by %f, as if that had been asked for, which is told', async (excess, damping) => {
    const { dampingRaised, ...raised } = await prune(jobOf(excess));
    expect(dampingRaised).toBe(damping);
    const asked = await prune({ ...jobOf(excess), damping });
    expect(asked.dampingRaised).toBeUndefined();
    expect(raised).toEqual(asked);
    for (const { loss } of raised.levels) expect(loss).toBeGreaterThanOrEqual(0);
  });

  it('fails where no damping within the bound helps, and where none is wanted', async () => {
    await expect(prune(jobOf(50))).rejects.toMatchObject({ name: 'HessianNotPositiveDefiniteError', explanation: { what: expect.stringContaining('a damping of 10.') } });
    await expect(prune({ ...jobOf(0.05), damping: 0 })).rejects.toMatchObject({ name: 'HessianNotPositiveDefiniteError' });
  });

  it('of zeros costs nothing to cut: its inputs are always 0', async () => {
    const { levels, dampingRaised } = await prune({ ...jobOf(0), hessian: new Float64Array(columns ** 2) });
    expect(dampingRaised).toBeUndefined();
    expect(levels.map(({ loss }) => loss)).toEqual(levels.map(() => 0));
  });
});

it('a module beyond the precision of the device is cut by the others, from the Hessian as it was', async () => {
  const lost: Eliminator = async (p, w, n) => {
    const plain = await plainEliminator(p, w, n);
    return { ...plain, eliminate: (count) => plain.eliminate(count), weight: () => plain.weight(), product: async (x) => x.fill(9), remaining: n, [Symbol.dispose]: () => plain[Symbol.dispose]() };
  };
  const job = (): PruneJob => randomJob(mlpOnly(30, 6), 3);
  expect(await deviceExecutor({ eliminator: lost }, pruneInline)(job())).toEqual(await pruneInline(job()));
});

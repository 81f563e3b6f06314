import { afterAll, beforeAll, expect, test } from 'vitest';
import { randomFor } from '../../base/random.ts';
import { doomedRuntime } from '../doomed-runtime.fixture.ts';
import type { Runtime } from '../runtime.ts';
import { DeviceLostError } from '../runtime-errors.ts';
import { onGpu, makeRuntime } from '../testing.ts';
import type { Elimination, Eliminator } from './elimination.ts';
import { plainEliminator } from './plain-elimination.ts';

let runtime: Runtime;
let destroy = (): void => undefined;
beforeAll(async () => {
  if (!onGpu) return void (runtime = await makeRuntime());
  const doomed = await doomedRuntime();
  runtime = doomed.runtime;
  destroy = () => doomed.device.destroy();
});
afterAll(() => runtime[Symbol.asyncDispose]());

/** P `[n, n]`, well conditioned but far from diagonal, and W `[rows, n]`. */
function problem(n: number, rows: number, seed: number): { p: Float32Array; w: Float32Array } {
  const random = randomFor(seed, 'elimination');
  const factor = Float64Array.from({ length: n * n }, () => random.unit() - 0.5);
  const p = Float32Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let sum = i === j ? 0.3 : 0;
    for (let k = 0; k < n; k++) sum += (factor[i * n + k]! * factor[j * n + k]!) / n;
    return sum;
  });
  return { p, w: Float32Array.from({ length: rows * n }, () => random.unit() - 0.5) };
}

function difference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return Math.sqrt(a.reduce((sum, value, at) => sum + (value - b[at]!) ** 2, 0) / b.reduce((sum, value) => sum + value ** 2, 0));
}

function onDevice(): Eliminator {
  if (runtime.eliminator === null) throw new Error('no eliminator');
  return runtime.eliminator;
}

async function compare(device: Elimination, plain: Elimination, counts: readonly number[]): Promise<void> {
  for (const count of counts) {
    const [got, expected] = [await device.eliminate(count), await plain.eliminate(count)];
    expect(got.pivots).toEqual(expected.pivots);
    expect(difference(got.ratios, expected.ratios)).toBeLessThan(2e-5);
    expect(device.remaining).toBe(plain.remaining);
    if (plain.remaining === 0) continue;
    expect(difference(await device.weight(), await plain.weight())).toBeLessThan(1e-5);
    const x = Float32Array.from({ length: plain.remaining }, (_, at) => (at % 3) - 1 + 0.1);
    expect(difference(await device.product(x), await plain.product(x))).toBeLessThan(1e-5);
  }
}

test.runIf(onGpu).each([
  { n: 1, rows: 1, counts: [1] },
  { n: 7, rows: 3, counts: [2, 4, 1] },
  { n: 96, rows: 33, counts: [10, 66, 1, 19] },
  { n: 150, rows: 70, counts: [129, 21] },
])('eliminates as the plain loops do: $n indices, $rows rows', async ({ n, rows, counts }) => {
  const before = runtime.live().tensors;
  {
    const { p, w } = problem(n, rows, n);
    using device = await onDevice()(p, w, n);
    using plain = await plainEliminator(p, w, n);
    await compare(device, plain, counts);
    await expect(device.eliminate(1)).rejects.toThrow(RangeError);
  }
  expect(runtime.live().tensors).toBe(before);
});

test.runIf(onGpu)('ties go to the lowest index; a pivot that is not positive is told and changes nothing', async () => {
  const n = 5;
  const p = new Float32Array(n * n);
  for (let index = 0; index < n; index++) p[index * (n + 1)] = index === 3 ? -1 : 2;
  const w = new Float32Array(2 * n).fill(0.5);
  using device = await onDevice()(p, w, n);
  expect(await device.eliminate(4)).toEqual({ pivots: Int32Array.of(3, 0, 1, 2), ratios: Float32Array.of(-1, 0.25, 0.25, 0.25) });
  expect(await device.weight()).toEqual(Float32Array.of(0.5, 0.5));
});

test.runIf(onGpu)('a device that is lost in the middle ends it, and leaves no tensor', async () => {
  const { p, w } = problem(96, 33, 1);
  {
    using device = await onDevice()(p, w, 96);
    const waiting = device.eliminate(90);
    destroy();
    await expect(waiting).rejects.toThrow(DeviceLostError);
    await expect(onDevice()(p, w, 96)).rejects.toThrow(DeviceLostError);
  }
  await runtime[Symbol.asyncDispose]();
  expect(runtime.live().tensors).toBe(0);
});

test.skipIf(onGpu)('the processor has none', () => {
  expect(runtime.eliminator).toBeNull();
});

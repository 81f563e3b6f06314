import { expect, test } from 'vitest';
import { inNode } from './load-ort.ts';
import { readFloats } from './runtime.ts';
import { makeRuntime } from './testing.ts';

test.skipIf(inNode())('reaches elements beyond one row of workgroups', async () => {
  await using runtime = await makeRuntime();
  const length = 65535 * 256 + 5000;
  using parameter = runtime.zeros([length]);
  using gradient = runtime.upload(new Float32Array(length).fill(1), [length]);
  using firstMoment = runtime.zeros([length]);
  using secondMoment = runtime.zeros([length]);
  const settings = { learningRate: 1, beta1: 0.5, beta2: 0.5, epsilon: 0, weightDecay: 0, step: 1 };
  await runtime.adamw([{ parameter, gradient, firstMoment, secondMoment }], settings);
  const moved = await readFloats(runtime, parameter);
  expect(moved.findIndex((value) => Math.abs(value + 1) > 1e-6)).toBe(-1);
});

import { expect, test } from 'vitest';
import { adamw } from './adamw.ts';

const settings = { learningRate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.5 };

test('the first step moves by the learning rate against the sign, after the decay', () => {
  const parameter = Float32Array.of(1, -2, 3);
  const first = new Float32Array(3);
  const second = new Float32Array(3);
  adamw(parameter, Float32Array.of(4, -0.25, 0), first, second, { ...settings, step: 1 });
  // bias correction makes m̂ = g and v̂ = g², so the step is the sign; decay factor 1 - 0.1 * 0.5
  expect(parameter[0]).toBeCloseTo(0.95 * 1 - 0.1, 6);
  expect(parameter[1]).toBeCloseTo(0.95 * -2 + 0.1, 6);
  expect(parameter[2]).toBeCloseTo(0.95 * 3, 6);
  expect(first[0]).toBeCloseTo(0.4, 6);
  expect(second[0]).toBeCloseTo(0.16, 6);
});

test('the second step, worked by hand', () => {
  const parameter = Float32Array.of(1);
  const first = Float32Array.of(0.2);
  const second = Float32Array.of(0.04);
  adamw(parameter, Float32Array.of(-1), first, second, { ...settings, weightDecay: 0, epsilon: 0.5, step: 2 });
  // m = 0.18 - 0.1 = 0.08; v = 0.0396 + 0.01 = 0.0496; m̂ = 0.08 / 0.19; v̂ = 0.0496 / 0.0199
  expect(first[0]).toBeCloseTo(0.08, 6);
  expect(second[0]).toBeCloseTo(0.0496, 6);
  expect(parameter[0]).toBeCloseTo(1 - (0.1 * (0.08 / 0.19)) / (Math.sqrt(0.0496 / 0.0199) + 0.5), 6);
});

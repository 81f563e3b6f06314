import { expect, test } from 'vitest';
import { compare, contest, spreadOf } from './contest.ts';

test('quartiles are interpolated between order statistics', () => {
  expect(spreadOf([4, 1, 3, 2])).toEqual({ low: 1.75, middle: 2.5, high: 3.25 });
  expect(spreadOf([7])).toEqual({ low: 7, middle: 7, high: 7 });
  expect(spreadOf([]).middle).toBeNaN();
});

test('both are run in turn, once untimed and then so many rounds', async () => {
  const calls: string[] = [];
  const call = (name: string) => async () => void calls.push(name);
  await contest({ first: call('a'), second: call('b'), rounds: 2 });
  expect(calls).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
});

test('a ratio above one means that the first is slower', async () => {
  const spin = (milliseconds: number) => async () => {
    const end = performance.now() + milliseconds;
    while (performance.now() < end);
  };
  const figure = await compare({ name: 'slow / fast', first: spin(12), second: spin(3), rounds: 5 });
  expect(figure.value).toBeGreaterThan(1.5);
  expect(figure.quartiles?.[0]).toBeLessThanOrEqual(figure.value);
  expect(figure.quartiles?.[1]).toBeGreaterThanOrEqual(figure.value);
  expect(figure.unit).toBe('×');
});

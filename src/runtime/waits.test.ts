import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { Waits } from './waits.ts';

test('a wait ends with its result, its error, or when all are ended', async () => {
  const waits = new Waits();
  await expect(waits.for(Promise.resolve(7))).resolves.toBe(7);
  await expect(waits.for(Promise.reject(new Error('its own')))).rejects.toThrow('its own');
  const never = [waits.for(new Promise(() => undefined)), waits.for(new Promise(() => undefined))];
  waits.end(new Error('ended'));
  for (const wait of never) await expect(wait).rejects.toThrow('ended');
});

test('keeps no result of a wait that is over', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const waits = new Waits();
  const results: WeakRef<Float32Array>[] = [];
  for (let count = 0; count < 10; count++) results.push(new WeakRef(await waits.for(Promise.resolve(new Float32Array(10_000)))));
  await new Promise((resolve) => setTimeout(resolve, 10));
  collect();
  expect(results.filter((result) => result.deref() !== undefined).length).toBeLessThanOrEqual(1); // the last may still lie on the stack
});

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { makeRuntime } from './testing.ts';
test('smoke', async () => {
  await using rt = await makeRuntime();
  console.log(rt.info);
  const p = await rt.compile('mlp', readFileSync('/tmp/rt/mlp.onnx'));
  const f = (a: number, b: number) => rt.upload(new Float32Array(a * b).fill(0.1), [a, b]);
  const { y } = await rt.run(p, { x: f(3, 8), up: f(8, 5), gate: f(8, 5), down: f(5, 8) });
  console.log(await rt.read(y!), rt.live());
  await expect(rt.run(p, { x: f(3, 8), up: f(7, 5), gate: f(8, 5), down: f(5, 8) })).rejects.toThrow('failed');
  const r = await rt.run(p, { x: f(3, 8), up: f(8, 5), gate: f(8, 5), down: f(5, 8) });
  expect(await rt.read(r['y']!)).toEqual(await rt.read(y!));
});

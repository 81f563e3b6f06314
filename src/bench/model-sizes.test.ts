import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { readConfig } from '../model/read-config.ts';
import { totalParameters } from '../model/spec.ts';
import { forwardFlop, madeUpModel, sizeFlop, sizeNames } from './model-sizes.ts';

test('sizes are what their names say', () => {
  const millions = (['1m', '25m', '135m', '360m', '1.7b'] as const).map((name) => totalParameters(madeUpModel(name).spec) / 1e6);
  // SmolLM2's own counts: 134.5 M, 361.8 M, 1711.4 M.
  expect(millions.map(Math.round)).toEqual([1, 25, 135, 362, 1711]);
  expect(sizeNames).toContain('tales-6m');
});

test('weights have variance 1 / columns, norms are 1, and rows are those of the whole', async () => {
  const source = madeUpModel('1m');
  const whole = await source.read('model.layers.0.mlp.down_proj.weight');
  expect(whole.length).toBe(128 * 384);
  const variance = whole.reduce((sum, value) => sum + value * value, 0) / whole.length;
  expect(variance * 384).toBeCloseTo(1, 1);
  expect(await source.readRows('model.layers.0.mlp.down_proj.weight', 3, 5)).toEqual(whole.subarray(3 * 384, 5 * 384));
  expect(new Set(await source.read('model.norm.weight'))).toEqual(new Set([1]));
  await expect(source.read('nothing')).rejects.toThrow(RangeError);
});

test('FLOP of the bundled model are those of its configuration', async () => {
  const config = readConfig(await readFile(new URL('../../public/models/tales-6m/config.json', import.meta.url), 'utf8'));
  expect(sizeFlop('tales-6m') / forwardFlop(config)).toBeCloseTo(1, 2);
  expect(sizeFlop('135m')).toBe(forwardFlop(madeUpModel('135m').spec));
});

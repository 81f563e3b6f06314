import { describe, expect, test } from 'vitest';
import { irregularSpec } from '../../model/plain-model.fixture.ts';
import type { LayerShape, ModelSpec } from '../../model/spec.ts';
import { areAlike, ggufLayers, storedChannels } from './layer-plan.ts';

/** `'2 1/9'`: query groups of 2 and 1 and nine channels; `'/9'` and `'2/'`: one module only. */
const shape = (text: string): LayerShape => {
  const [groups = '', channels = ''] = text.split('/');
  return { queryGroups: groups.split(' ').filter(Boolean).map(Number), channels: Number(channels) };
};
const spec = (...layers: string[]): ModelSpec => ({ ...irregularSpec, layers: layers.map(shape) });

/** What a plan says, shortly: `0:2 2/1:9` is attention of layer 0 in two groups of 2 and the MLP of layer 1; `z` is zeros. */
const told = (layers: readonly string[], type: 'f16' | 'q8_0' = 'f16', everywhere = false): string[] =>
  ggufLayers(spec(...layers), type, everywhere).map(({ attention, mlp }) => {
    const groups = attention?.groups.map(({ queryHeads }) => queryHeads.length).join(' ');
    return `${attention === null ? '' : `${attention.layer ?? 'z'}:${groups}`}/${mlp === null ? '' : `${mlp.layer ?? 'z'}:${mlp.channels}`}`;
  });

describe('ggufLayers', () => {
  test('keeps ordinary layers and makes ragged groups equal', () => {
    expect(told(['2 2/9', '3 1/7'])).toEqual(['0:2 2/0:9', '1:3 3/1:7']);
  });

  test('drops empty layers, and puts attention and the MLP behind it together', () => {
    expect(told(['1/3', '/', '2/', '/', '/5', '/6', '1/'])).toEqual(['0:1/0:3', '2:2/4:5', '/5:6', '6:1/z:1']);
    expect(told(['2/', '1/4'])).toEqual(['0:2/z:1', '1:1/1:4']); // the second has attention of its own
  });

  test('gives the first layer attention of zeros where it has none, and where asked all of them', () => {
    expect(told(['/3', '/4'])).toEqual(['z:1/0:3', '/1:4']);
    expect(told(['/3', '/4'], 'f16', true)).toEqual(['z:1/0:3', 'z:1/1:4']);
  });

  test('leaves one layer of zeros of a model without any', () => {
    expect(told(['/', '/'])).toEqual(['z:1/z:1']);
  });

  test('fills MLPs up to whole blocks where they are quantised', () => {
    expect(told(['1/33', '1/'], 'q8_0')).toEqual(['0:1/0:64', '1:1/z:32']);
    expect([0, 1, 32, 33].map((channels) => storedChannels(channels, 'q8_0'))).toEqual([32, 32, 32, 64]);
    expect([0, 1, 33].map((channels) => storedChannels(channels, 'f16'))).toEqual([1, 1, 33]);
  });
});

test('areAlike: all layers with the same equal groups and channels, and none without a module', () => {
  const alike = (...layers: string[]): boolean => areAlike(layers.map(shape));
  expect(alike('2 2/5', '2 2/5')).toBe(true);
  expect(alike('2 2/5', '2 2/6')).toBe(false);
  expect(alike('2 2/5', '2/5')).toBe(false);
  expect(alike('2 1/5', '2 1/5')).toBe(false);
  expect(alike('2 2/5', '1 1/5')).toBe(false);
  expect(alike('/5', '/5')).toBe(false);
  expect(alike()).toBe(false);
});

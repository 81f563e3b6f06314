import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nominalLevels } from '../../pruning/nominal-levels.ts';
import { levelList, nominalLevelOf } from './level-list.ts';

it('is what the reference writes: MLPs first, then attentions, each by layer', () => {
  const modules = [
    { layer: 0, kind: 'attention', nominalLevel: 10 },
    { layer: 0, kind: 'mlp', nominalLevel: 3 },
    { layer: 10, kind: 'attention', nominalLevel: 5 },
    { layer: 10, kind: 'mlp', nominalLevel: 4 },
    { layer: 2, kind: 'attention', nominalLevel: 0 },
    { layer: 2, kind: 'mlp', nominalLevel: 7 },
  ] as const;
  expect(levelList(modules)).toBe(
    [
      'model.layers.0.mlp.down_proj: 3',
      'model.layers.2.mlp.down_proj: 7',
      'model.layers.10.mlp.down_proj: 4',
      'model.layers.0.self_attn.o_proj: 10',
      'model.layers.2.self_attn.o_proj: 0',
      'model.layers.10.self_attn.o_proj: 5',
    ].join('\n'),
  );
});

it('is read by the reference line by line, at the colon', () => {
  const text = levelList([{ layer: 1, kind: 'mlp', nominalLevel: 2 }, { layer: 1, kind: 'attention', nominalLevel: 9 }]);
  const read = text.split('\n').map((line) => line.split(':')).map(([name, level, ...rest]) => [name?.trim(), Number(level), rest.length]);
  expect(read).toEqual([['model.layers.1.mlp.down_proj', 2, 0], ['model.layers.1.self_attn.o_proj', 9, 0]]);
});

it('has for a level a nominal one that removes as much; dense is 0, and all is K', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 20 }), (structures, K) => {
      const levels = nominalLevels(structures, K);
      for (const { nominal, removed } of levels) {
        const k = nominalLevelOf({ nominal }, K);
        expect(nominal).toContain(k);
        if (removed === 0) expect(k).toBe(0);
        if (removed === structures) expect(k).toBe(K);
      }
    }),
  );
  expect(() => nominalLevelOf({ nominal: [] }, 10)).toThrow(RangeError);
});

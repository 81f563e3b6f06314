import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { totalParameters, type ModelSpec } from '../../model/spec.ts';
import type { ResultModule } from '../../run/run-result.ts';
import { prunedSpec, shapeGroups, shapeText } from './shape-table.ts';

const dense: ModelSpec = {
  family: 'qwen3',
  vocabulary: 50,
  hidden: 8,
  headDim: 4,
  rmsEpsilon: 1e-5,
  rotary: { theta: 10_000, scaling: null },
  maxPositions: 64,
  tiedHead: false,
  qkvBias: true,
  outputBias: false,
  mlpBias: false,
  qkNorm: true,
  windows: null,
  layers: [
    { queryGroups: [3, 3], channels: 16 },
    { queryGroups: [2, 1, 3], channels: 12 },
    { queryGroups: [3, 3], channels: 16 },
  ],
};

const attention = (layer: number, heads: readonly number[], kvHeads: readonly number[]): ResultModule => ({ layer, kind: 'attention', level: 1, nominalLevel: 1, heads, kvHeads, channels: 0 });
const mlp = (layer: number, channels: number): ResultModule => ({ layer, kind: 'mlp', level: 1, nominalLevel: 1, heads: [], kvHeads: [], channels });
const modules = [attention(0, [0, 2, 5], [0, 1]), mlp(0, 7), attention(1, [2, 3, 5], [1, 2]), mlp(1, 0), attention(2, [], []), mlp(2, 16)];

describe('the shapes of a result', () => {
  const spec = prunedSpec(dense, modules);

  it('count the heads that stay under the KV head that they belonged to', () => {
    expect(spec.layers).toEqual([
      { queryGroups: [2, 1], channels: 7 },
      { queryGroups: [1, 2], channels: 0 },
      { queryGroups: [], channels: 16 },
    ]);
  });

  it('are told module by module, those that are removed too', () => {
    expect(shapeGroups(spec).map(({ title, tensors }) => [title, tensors.length])).toEqual([
      ['Embedding', 1],
      ['Layer 0, attention: 3 query heads (2 + 1) on 2 KV heads', 10],
      ['Layer 0, MLP: 7 channels', 4],
      ['Layer 1, attention: 3 query heads (1 + 2) on 2 KV heads', 10],
      ['Layer 1, MLP: removed', 0],
      ['Layer 2, attention: removed', 0],
      ['Layer 2, MLP: 16 channels', 4],
      ['Last norm', 1],
      ['Head', 1],
    ]);
    expect(shapeGroups({ ...spec, tiedHead: true }).at(-1)?.title).toBe('Head: tied to the embedding');
    const lines = shapeText(shapeGroups(spec)).split('\n');
    expect(lines).toContain('model.layers.0.self_attn.q_proj.weight\t[12, 8]');
    expect(lines).toContain('model.layers.0.mlp.down_proj.weight\t[8, 7]');
  });

  it('have every parameter of the model in them, but the norms of what is gone', () => {
    const anyAttention = fc.subarray([0, 1, 2, 3, 4, 5]).map((heads) => attention(0, heads, [...new Set(heads.map((head) => Math.floor(head / 3)))]));
    fc.assert(
      fc.property(anyAttention, fc.nat(16), (module, channels) => {
        const one = prunedSpec({ ...dense, layers: dense.layers.slice(0, 1) }, [module, mlp(0, channels)]);
        const parameters = shapeGroups(one).flatMap(({ tensors }) => tensors.map(({ shape }) => shape.reduce((product, size) => product * size, 1)));
        const gone = (module.heads.length === 0 ? dense.hidden : 0) + (channels === 0 ? dense.hidden : 0);
        expect(parameters.reduce((sum, size) => sum + size, 0)).toBe(totalParameters(one) - gone);
      }),
    );
  });
});

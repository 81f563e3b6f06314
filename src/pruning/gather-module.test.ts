import { describe, expect, it } from 'vitest';
import { gatherBlocks, gatherModule, sharedTensorNames } from './gather-module.ts';
import type { LevelEntry } from './level-database.ts';
import { oneLayer } from './random-job.fixture.ts';

const spec = { ...oneLayer([2, 2], 1, 3, 2), outputBias: true };
/** Row r of a matrix `[rows, 2]` is `[10 r, 10 r + 1]`, entry r of a bias is r. */
const source = {
  spec,
  read: async (name: string) =>
    name.endsWith('bias') ? Float32Array.of(0, 1, 2, 3) : Float32Array.from({ length: 8 }, (_, at) => 10 * Math.floor(at / 2) + (at % 2)),
};
const entry = (changes: Partial<LevelEntry>): LevelEntry => ({
  nominal: [1],
  removed: 1,
  kept: Int32Array.of(1),
  heads: [],
  kvHeads: [],
  queryGroups: [],
  channels: 0,
  weight: Float32Array.of(7, 8),
  loss: 0,
  parameters: 0,
  ...changes,
});
const plain = (tensors: Awaited<ReturnType<typeof gatherModule>>) =>
  Object.fromEntries([...tensors].map(([name, { data, shape }]) => [name, [shape, [...data]]]));

describe('gatherModule', () => {
  it('takes rows of q by query head, of k and v by KV head, and the output from the level', async () => {
    const level = entry({ kept: Int32Array.of(2), heads: [2], kvHeads: [1], queryGroups: [1] });
    expect(plain(await gatherModule(source, { layer: 0, kind: 'attention' }, level))).toEqual({
      'self_attn.q_proj.weight': [[1, 2], [20, 21]],
      'self_attn.q_proj.bias': [[1], [2]],
      'self_attn.k_proj.weight': [[1, 2], [10, 11]],
      'self_attn.k_proj.bias': [[1], [1]],
      'self_attn.v_proj.weight': [[1, 2], [10, 11]],
      'self_attn.v_proj.bias': [[1], [1]],
      'self_attn.o_proj.weight': [[2, 1], [7, 8]],
    });
  });

  it('takes rows of gate and up by channel', async () => {
    const level = entry({ kept: Int32Array.of(0, 2), channels: 2, weight: Float32Array.of(1, 2, 3, 4) });
    expect(plain(await gatherModule(source, { layer: 0, kind: 'mlp' }, level))).toEqual({
      'mlp.gate_proj.weight': [[2, 2], [0, 1, 20, 21]],
      'mlp.gate_proj.bias': [[2], [0, 2]],
      'mlp.up_proj.weight': [[2, 2], [0, 1, 20, 21]],
      'mlp.up_proj.bias': [[2], [0, 2]],
      'mlp.down_proj.weight': [[2, 2], [1, 2, 3, 4]],
    });
  });

  it('copies the weight of the level and has nothing of a removed module', async () => {
    const weight = Float32Array.of(7, 8);
    const gathered = await gatherModule(source, { layer: 0, kind: 'mlp' }, entry({ channels: 1, weight }));
    expect(gathered.get('mlp.down_proj.weight')?.data.buffer).not.toBe(weight.buffer);
    expect((await gatherModule(source, { layer: 0, kind: 'mlp' }, entry({ kept: new Int32Array(0), weight: null }))).size).toBe(0);
  });
});

describe('sharedTensorNames', () => {
  it('lists norms and the output bias', () => {
    expect(sharedTensorNames(spec, { layer: 0, kind: 'mlp' })).toEqual(['post_attention_layernorm.weight', 'mlp.down_proj.bias']);
    expect(sharedTensorNames(spec, { layer: 0, kind: 'attention' })).toEqual([
      'input_layernorm.weight',
      'self_attn.o_proj.bias',
      'self_attn.q_norm.weight',
      'self_attn.k_norm.weight',
    ]);
  });
});

describe('gatherBlocks', () => {
  it('refuses a block that is not there', () => {
    expect(() => gatherBlocks(new Float32Array(4), 2, [2])).toThrow(RangeError);
  });
});

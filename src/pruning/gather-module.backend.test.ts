import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModuleId } from '../model/spec.ts';
import type { ModuleWeights } from '../model/weights.ts';
import { readFloats } from '../runtime/runtime.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { makeRuntime } from '../runtime/testing.ts';
import { gatherModule, rowsOfBlocks, sharedTensorNames } from './gather-module.ts';
import type { LevelEntry } from './level-database.ts';
import { oneLayer } from './random-job.fixture.ts';
import { RowGather } from './row-gather.ts';

let runtime: Runtime;
let rows: RowGather;
beforeAll(async () => {
  runtime = await makeRuntime();
  rows = new RowGather(runtime);
});
afterAll(async () => {
  await rows[Symbol.asyncDispose]();
  await runtime[Symbol.asyncDispose]();
});

const spec = { ...oneLayer([2, 2], 1, 3, 2), outputBias: true };

/** Row r of a matrix `[rows, 2]` is `[10 r, 10 r + 1]`, entry r of a bias is r. */
function denseModule({ layer, kind }: ModuleId): ModuleWeights & Disposable {
  const parts = kind === 'mlp' ? ['mlp.gate', 'mlp.up'] : ['self_attn.q', 'self_attn.k', 'self_attn.v'];
  const tensors = Object.fromEntries(
    parts.flatMap((part) => [
      [`${part}_proj.weight`, runtime.upload(Float32Array.from({ length: 8 }, (_, at) => 10 * Math.floor(at / 2) + (at % 2)), [4, 2])],
      [`${part}_proj.bias`, runtime.upload(Float32Array.of(0, 1, 2, 3), [4])],
    ]),
  );
  const dispose = (): void => Object.values(tensors).forEach((tensor) => tensor.dispose());
  const module = kind === 'mlp' ? { kind, layer, channels: 4, tensors } : { kind, layer, queryGroups: [2, 2], tensors };
  return { ...module, [Symbol.dispose]: dispose };
}

const entry = (changes: Partial<LevelEntry>): LevelEntry => ({
  nominal: [1],
  removed: 1,
  kept: Int32Array.of(1),
  heads: [],
  kvHeads: [],
  queryGroups: [],
  channels: 0,
  loss: 0,
  parameters: 0,
  ...changes,
});

/** Shapes and values of what is gathered; everything is freed again. */
async function gathered(id: ModuleId, level: LevelEntry, output: Float32Array) {
  using module = denseModule(id);
  const tensors = await gatherModule({ runtime, rows, spec, module, output }, level);
  const plain: Record<string, unknown> = {};
  for (const [name, tensor] of Object.entries(tensors)) {
    plain[name] = [tensor.shape, [...(await readFloats(runtime, tensor))]];
    tensor.dispose();
  }
  return plain;
}

describe('gatherModule', () => {
  it('takes rows of q by query head, of k and v by KV head, and the output from the level', async () => {
    const level = entry({ kept: Int32Array.of(2), heads: [2], kvHeads: [1], queryGroups: [1] });
    expect(await gathered({ layer: 0, kind: 'attention' }, level, Float32Array.of(7, 8))).toEqual({
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
    const level = entry({ kept: Int32Array.of(0, 2), channels: 2 });
    expect(await gathered({ layer: 0, kind: 'mlp' }, level, Float32Array.of(1, 2, 3, 4))).toEqual({
      'mlp.gate_proj.weight': [[2, 2], [0, 1, 20, 21]],
      'mlp.gate_proj.bias': [[2], [0, 2]],
      'mlp.up_proj.weight': [[2, 2], [0, 1, 20, 21]],
      'mlp.up_proj.bias': [[2], [0, 2]],
      'mlp.down_proj.weight': [[2, 2], [1, 2, 3, 4]],
    });
  });

  it('frees what it made where a row is not there', async () => {
    using module = denseModule({ layer: 0, kind: 'attention' });
    const before = runtime.live().tensors;
    const level = entry({ heads: [2], kvHeads: [4], queryGroups: [1] }); // q can be taken, k not
    await expect(gatherModule({ runtime, rows, spec, module, output: Float32Array.of(7, 8) }, level)).rejects.toThrow(/row 4 of 4/);
    expect(runtime.live().tensors).toBe(before);
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

describe('rowsOfBlocks', () => {
  it('lists the rows of whole heads', () => {
    expect([...rowsOfBlocks([0, 3], 2)]).toEqual([0, 1, 6, 7]);
  });
});

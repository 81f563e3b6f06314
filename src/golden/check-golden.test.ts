import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as v from 'valibot';
import type { Runtime } from '../runtime/runtime.ts';
import { makeRuntime } from '../runtime/testing.ts';
import { TensorMissingError } from '../sources/safetensors-errors.ts';
import { FileMissingError } from '../sources/file-source.ts';
import { alteredGolden } from './altered-golden.fixture.ts';
import type { Alterations, Altered } from './altered-golden.fixture.ts';
import { checkGolden } from './check-golden.ts';
import type { Row } from './check.ts';
import { GoldenMalformedError } from './golden-errors.ts';
import { goldenSchema } from './golden-schema.ts';
import type { Golden } from './golden-schema.ts';

/** What decides which numbers are computed: it has to stay right, or nothing can be compared. */
const given = /^(calib_ids|batch_ids|step_ids)$/;

/** Another number, by far more than any tolerance. */
const wrong = (value: number): number => value * 1.01 + 1;

function falsifyTensors(tensors: Map<string, Altered>): void {
  for (const [name, { values, shape }] of tensors) {
    if (given.test(name)) continue;
    const columns = shape[0] ?? 0;
    // A Hessian must stay symmetric and positive definite to prune by.
    if (name.startsWith('H/')) for (let index = 0; index < values.length; index += columns + 1) values[index] = wrong(values[index] ?? 0);
    else values.forEach((value, index) => (values[index] = wrong(value)));
  }
  const groups = new Set([...tensors.keys()].flatMap((name) => /^(?:grad|adamw|adamw_fixed)\/[^/]+\//.exec(name)?.[0] ?? []));
  for (const group of groups) tensors.set(`${group}surplus`, { dtype: 'F32', shape: [1], values: new Float32Array(1) });
}

const falsifyModule = (module: NonNullable<Golden['database']['kv-group']>[number]) => ({
  ...module,
  levels: module.levels.map((level) => ({ ...level, loss: wrong(level.loss), params: level.params + 1 })),
});

function falsifyJson(text: string): string {
  const golden = v.parse(goldenSchema, JSON.parse(text));
  const { database, candidates, adamw, no_gradient: without } = golden;
  return JSON.stringify({
    ...golden,
    dims: { ...golden.dims, rms_eps: wrong(golden.dims.rms_eps ?? 0) },
    dead_channels: [[0, 0]],
    total_params: golden.total_params + 1,
    ce: wrong(golden.ce),
    ppl: wrong(golden.ppl),
    database: Object.fromEntries(Object.entries(database).map(([key, modules]) => [key, modules?.map(falsifyModule)])),
    no_gradient: Object.fromEntries(Object.entries(without).map(([model, names]) => [model, [...names, 'surplus']])),
    candidates: candidates.map((candidate) => ({
      ...candidate,
      shapes: candidate.shapes.map((shape) => ({ ...shape, channels: shape.channels + 1 })),
      total_params: candidate.total_params + 1,
      kl: wrong(candidate.kl),
      ce: wrong(candidate.ce),
    })),
    adamw: adamw && { ...adamw, losses: Object.fromEntries(Object.entries(adamw.losses).map(([key, losses]) => [key, losses.map(wrong)])) },
  });
}

describe('checkGolden', () => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await makeRuntime();
  });
  afterAll(async () => {
    await runtime[Symbol.asyncDispose]();
  });

  async function check(name: string, alterations: Alterations): Promise<Row[]> {
    const rows: Row[] = [];
    for await (const row of checkGolden(await alteredGolden(name, alterations), runtime)) rows.push(row);
    return rows;
  }

  it('fails every row where every number of the folder is wrong', async () => {
    const rows = await check('llama-gqa', { json: falsifyJson, tensors: falsifyTensors });
    expect(rows.filter((row) => row.passed)).toEqual([]);
    expect(rows.length).toBeGreaterThan(80);
    expect(rows.every((row) => row.compared > 0)).toBe(true);
  });

  it('fails what compares no tensor, and nothing else', async () => {
    const gone = /^(grad\/candidate\.0\/|adamw\/candidate\.0\/|candidate\.0\/logits)/;
    const drop = (tensors: Map<string, Altered>) => [...tensors.keys()].filter((name) => gone.test(name)).forEach((name) => tensors.delete(name));
    const rows = await check('llama-mha', { tensors: drop });
    const empty = rows.filter((row) => row.compared === 0);
    expect(empty.map(({ check: name, passed }) => [name, passed])).toEqual(
      ['stored H', 'own H'].flatMap((origin) => [
        [`logits, candidates, ${origin}`, false],
        [`gradients, candidate.0, ${origin}`, false],
        [`gradients, candidate.0, ${origin}`, false],
        [`AdamW, candidate.0, ${origin}`, false],
        [`AdamW, candidate.0, ${origin}`, false],
      ]),
    );
    const wrongNames = rows.filter((row) => !row.passed && row.compared > 0).map((row) => row.check);
    expect(wrongNames).toEqual(
      ['stored H', 'own H'].flatMap((origin) => [`parameters with a gradient, candidate.0, ${origin}`, `AdamW, candidate.0, ${origin}, parameters`]),
    );
  });

  it('fails a tensor that no check knows', async () => {
    const add = (tensors: Map<string, Altered>) => void tensors.set('new/logits', { dtype: 'F32', shape: [1], values: new Float32Array(1) });
    const rows = await check('llama-mha', { tensors: add });
    expect(rows.filter((row) => !row.passed).map(({ check: name, worst }) => [name, worst])).toEqual([
      ['tensors of the folder that were read', 'new/logits'],
    ]);
  });

  it('lets a folder have no training variants', async () => {
    const json = (text: string) => JSON.stringify({ ...JSON.parse(text), adamw: undefined, no_gradient: { dense: [] } });
    const gone = /^(adamw|step_ids|grad\/candidate)/;
    const drop = (tensors: Map<string, Altered>) => [...tensors.keys()].filter((name) => gone.test(name)).forEach((name) => tensors.delete(name));
    const rows = await check('llama-mha', { json, tensors: drop });
    expect(rows.filter((row) => !row.passed)).toEqual([]);
    expect(rows.some((row) => row.check.startsWith('AdamW'))).toBe(false);
  });

  it.each<[string, string, (dims: Golden['dims']) => Partial<Golden['dims']>, string]>([
    ['another window', 'qwen2-window', () => ({ windows: [null, null, 7, 6] }), 'windows, layer 2'],
    ['windows of fewer layers', 'qwen2-window', ({ windows = [] }) => ({ windows: windows.slice(1) }), 'windows'],
    ['another factor', 'llama-dynamic', () => ({ rope_scaling: { rope_type: 'dynamic', factor: 3 } }), 'rope_scaling.factor'],
    ['no scaling', 'llama-dynamic', () => ({ rope_scaling: null }), 'rope_scaling.rope_type'],
  ])('fails the dimensions of a folder that states %s', async (_, name, change, worst) => {
    const json = (text: string) => {
      const golden = v.parse(goldenSchema, JSON.parse(text));
      return JSON.stringify({ ...golden, dims: { ...golden.dims, ...change(golden.dims) } });
    };
    const rows = await check(name, { json });
    expect(rows.filter((row) => !row.passed).map((row) => [row.check, row.worst])).toEqual([['dimensions', worst]]);
  });

  it('passes over what a folder does not state, and keys that it does not know', async () => {
    const json = (text: string) => {
      const golden = v.parse(goldenSchema, JSON.parse(text));
      const { hidden, layers, heads, kv_heads, head_dim, intermediate, vocab } = golden.dims;
      return JSON.stringify({ ...golden, dims: { hidden, layers, heads, kv_heads, head_dim, intermediate, vocab, rope: 'new' }, more: [1] });
    };
    const rows = await check('llama-mha', { json });
    expect(rows.filter((row) => !row.passed)).toEqual([]);
  });

  it.each<[string, Alterations, new (...values: never[]) => Error]>([
    ['no golden.safetensors', { without: ['golden.safetensors'] }, FileMissingError],
    ['a golden.json that is not JSON', { json: (text) => text.slice(1) }, GoldenMalformedError],
    ['a golden.json without losses', { json: (text) => text.replaceAll('"ce"', '"loss_of"') }, GoldenMalformedError],
    ['no tolerance for the logits', { json: (text) => text.replace(/"logits_max_abs": [^,]+,/, '') }, GoldenMalformedError],
    ['no logits', { tensors: (tensors) => void tensors.delete('logits') }, TensorMissingError],
    ['token ids beyond the vocabulary', { tensors: (tensors) => void tensors.get('batch_ids')?.values.fill(1e6) }, GoldenMalformedError],
    ['a training variant of no model', { json: (text) => text.replaceAll('candidate.0.wd', 'candidate.99') }, GoldenMalformedError],
  ])('refuses a folder with %s', async (_, alterations, error) => {
    const before = runtime.live().tensors;
    await expect(check('llama-mha', alterations)).rejects.toThrow(error);
    expect(runtime.live().tensors).toBe(before);
  });
});

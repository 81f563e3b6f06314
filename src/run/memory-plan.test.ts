import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../model/read-config.ts';
import type { ModelSpec } from '../model/spec.ts';
import type { DeviceLimits } from './device-limits.ts';
import { teacherBudget } from '../evaluation/measuring-set.ts';
import { budgets } from './memory-budgets.ts';
import { peaksOf } from './memory-parts.ts';
import { planMemory } from './memory-plan.ts';
import { parseRunConfig } from './parse-config.ts';
import type { RunConfigInput } from './run-config.ts';

const specOf = (sizes: Record<string, unknown>): ModelSpec =>
  readConfig(JSON.stringify({ model_type: 'llama', rms_norm_eps: 1e-5, max_position_embeddings: 2048, tie_word_embeddings: true, ...sizes }));

const smollm2 = specOf({ hidden_size: 576, intermediate_size: 1536, num_hidden_layers: 30, num_attention_heads: 9, num_key_value_heads: 3, vocab_size: 49_152 });
const tinyLlama = specOf({ hidden_size: 2048, intermediate_size: 5632, num_hidden_layers: 22, num_attention_heads: 32, num_key_value_heads: 4, vocab_size: 32_000, tie_word_embeddings: false });
const tales = specOf({ hidden_size: 256, intermediate_size: 640, num_hidden_layers: 8, num_attention_heads: 8, num_key_value_heads: 4, vocab_size: 4096 });

const config = (input: Partial<RunConfigInput> = {}) => parseRunConfig({ version: 1, ...input });
const stages = (trainingTokens: number) => ({ search: { stages: [{ survivors: 1, fitnessTokens: 512, trainingTokens }] } });

function device(memory: number | null, more: Partial<DeviceLimits> = {}): DeviceLimits {
  return { backend: 'wasm', maxBindingBytes: 2 ** 31, available: { gpu: 0, memory, storage: 1e11 }, lowerBounds: [], pruneWorkers: 2, ...more };
}

describe('planMemory', () => {
  it('lets the bundled model run in a gigabyte, with nothing in storage but its checkpoint', () => {
    const { verdict, needed, problems, rows } = planMemory(config(), tales, device(1.2e9));
    expect(verdict).toBe('fits');
    const stored = rows.filter(({ place }) => place === 'storage');
    expect(stored.map(({ part, dispensable }) => [part, dispensable])).toEqual([['checkpoint', true]]);
    expect(needed.storage).toBe(stored[0]?.bytes);
    expect(problems).toEqual([]);
  });

  it('counts every level of the database into storage, once, and three saves of post-training', () => {
    for (const databasePrecision of ['float32', 'float16'] as const) {
      const { rows, needed } = planMemory(config({ databasePrecision }), smollm2, device(64e9));
      const levels = rows.filter(({ part }) => part === 'database').reduce((sum, { bytes }) => sum + bytes, 0);
      const saved = rows.filter(({ part, place }) => part === 'checkpoint' || (part === 'database' && place === 'storage'));
      expect(saved.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(levels);
      expect(needed.storage).toBeGreaterThanOrEqual(levels);
    }
    const trained = 106_168_320 / 2 + 61 * 576;
    const posttrained = planMemory(config({ trainEmbeddings: false, postTraining: { tokens: 64 } }), smollm2, device(64e9));
    const plain = planMemory(config(), smollm2, device(64e9));
    const saves = posttrained.rows.filter(({ part }) => part === 'checkpoint').reduce((sum, { bytes }) => sum + bytes, 0) - plain.rows.filter(({ part }) => part === 'checkpoint').reduce((sum, { bytes }) => sum + bytes, 0);
    expect(saves).toBe(3 * 4 * 4 * trained);
  });

  it('runs where there is no room for the checkpoint, and says that it is tight', () => {
    const without = (storage: number | null) => planMemory(config({ postTraining: { tokens: 64 } }), tales, device(4e9, { available: { gpu: 0, memory: 4e9, storage } }));
    expect(without(0)).toMatchObject({ verdict: 'tight', problems: [], remedies: [] });
    expect(without(null)).toMatchObject({ verdict: 'fits', problems: [] });
    expect(without(1e9).verdict).toBe('fits');
  });

  it('counts what training takes: weights, gradients and two moments of one candidate', () => {
    const training = (input: Partial<RunConfigInput>) =>
      planMemory(config(input), smollm2, device(null)).rows.filter(({ part }) => part === 'training').reduce((sum, { bytes }) => sum + bytes, 0);
    const kept = 106_168_320 / 2 + 61 * 576;
    expect(training(stages(0))).toBe(0);
    expect(training({ ...stages(64), trainEmbeddings: false })).toBe(16 * kept);
    expect(training(stages(64))).toBe(16 * (kept + 49_152 * 576));
  });

  it('refuses a 1.1 B model on 4 GB and says what is lacking', () => {
    const { verdict, problems, remedies } = planMemory(config(), tinyLlama, device(4e9));
    expect(verdict).toBe('too-large');
    expect(problems).toEqual([expect.stringMatching(/^It needs \d+\.\d GB of memory at these settings, and this device offers 4\.0 GB\.$/)]);
    expect(remedies).toEqual([]); // the weights alone take 4.4 GB
    expect(planMemory(config(), tinyLlama, device(64e9)).verdict).toBe('fits');
  });

  it('offers what makes it fit, and it does', () => {
    const asked = config(stages(64));
    const { needed } = planMemory(asked, smollm2, device(null));
    const little = device(needed.memory - 1e8);
    const plan = planMemory(asked, smollm2, little);
    expect(plan.verdict).toBe('too-large');
    expect(plan.remedies.map(({ label }) => label)).toContain('Leave the embedding untrained');
    for (const { change } of plan.remedies) expect(planMemory({ ...asked, ...change }, smollm2, little).verdict).not.toBe('too-large');
  });

  it('halves the stored database with float16, and offers that where storage is short', () => {
    const whole = planMemory(config(), smollm2, device(8e9));
    const database = (plan: typeof whole) => plan.rows.filter(({ part }) => part === 'database');
    const bytesOf = (plan: typeof whole) => database(plan).reduce((sum, { bytes }) => sum + bytes, 0);
    const half = planMemory(config({ databasePrecision: 'float16' }), smollm2, device(8e9));
    expect(bytesOf(half)).toBe(bytesOf(whole) / 2);
    expect(database(whole).map(({ place }) => place)).toEqual(['memory', 'storage']);
    const least = peaksOf(whole.rows.filter(({ dispensable }) => !dispensable)).storage;
    expect(planMemory(config(), smollm2, device(8e9, { available: { gpu: 0, memory: 8e9, storage: least } })).remedies).toEqual([]);
    const short = device(8e9, { available: { gpu: 0, memory: 8e9, storage: least - 1 } });
    expect(planMemory(config(), smollm2, short).remedies.map(({ change }) => change)).toEqual([{ databasePrecision: 'float16' }]);
  });

  it('refuses a module that the device cannot address, and no setting helps', () => {
    const { verdict, problems, remedies } = planMemory(config(), tinyLlama, device(64e9, { maxBindingBytes: 32 << 20 }));
    expect([verdict, remedies]).toEqual(['too-large', []]);
    expect(problems).toEqual([expect.stringContaining('in one piece')]);
  });

  it('keeps tensors on the graphics device apart from ordinary memory', () => {
    const { needed, verdict } = planMemory(config(), smollm2, device(8e9, { backend: 'webgpu', available: { gpu: null, memory: 8e9, storage: 1e11 } }));
    expect(needed.gpu).toBeGreaterThan(134_515_008 * 4);
    expect(needed.memory).toBeLessThan(needed.gpu + 1e9);
    expect(verdict).toBe('unknown');
  });

  it('counts an MLP that is cut on the graphics card there, where the run computes there', () => {
    const there = device(64e9, { backend: 'webgpu', available: { gpu: null, memory: 64e9, storage: 1e11 } });
    const rowsOf = (databaseOn: 'cpu' | 'gpu', limits = there) => planMemory(config({ databaseOn }), smollm2, limits).rows.filter(({ part }) => part === 'pruning');
    expect(rowsOf('gpu').map(({ place }) => place)).toEqual(['memory', 'gpu', 'memory']);
    expect(rowsOf('gpu').find(({ place }) => place === 'gpu')?.bytes).toBe((3 * 1536 ** 2 + 2 * 1536 * 576) * 4);
    expect(rowsOf('cpu')).toHaveLength(1);
    expect(rowsOf('gpu', device(8e9))).toHaveLength(1);
  });

  it('does not refuse where a browser tells only a part of what there is, nor promise', () => {
    const told = device(4e9, { lowerBounds: ['memory'] });
    expect(planMemory(config(), tales, told).verdict).toBe('fits');
    expect(planMemory(config(), tinyLlama, told)).toMatchObject({ verdict: 'unknown', problems: [] });
  });

  it('counts with the limits that the phases keep', () => {
    expect(budgets.teacher).toBe(teacherBudget);
  });

  it('never needs less for more of anything', () => {
    const number = fc.integer({ min: 1, max: 64 });
    fc.assert(
      fc.property(number, number, fc.boolean(), (tokens, more, trainEmbeddings) => {
        const needed = (factor: number) =>
          planMemory(config({ calibrationTokens: 256 * factor, batchTokens: 64 * factor, trainEmbeddings, ...stages(8 * factor) }), smollm2, device(null)).needed;
        expect(needed(tokens + more).memory).toBeGreaterThanOrEqual(needed(tokens).memory);
      }),
    );
  });

  it('has for its peak at least every row by itself and at most their sum', () => {
    const { rows } = planMemory(config(stages(64)), smollm2, device(null));
    const peaks = peaksOf(rows);
    for (const place of ['gpu', 'memory', 'storage'] as const) {
      const bytes = rows.filter((row) => row.place === place).map((row) => row.bytes);
      expect(peaks[place]).toBeGreaterThanOrEqual(Math.max(0, ...bytes));
      expect(peaks[place]).toBeLessThanOrEqual(bytes.reduce((sum, value) => sum + value, 0));
    }
  });
});

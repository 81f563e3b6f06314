import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as v from 'valibot';
import { writeSparseCheckpoint } from './sparse-checkpoint.fixture.ts';

const script = fileURLToPath(new URL('host-memory.fixture.ts', import.meta.url));
const MB = 1e6;
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'host-memory-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function measure(what: 'load' | 'inspect', place: string): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', '--import', 'tsx', script, what, place]);
  return JSON.parse(stdout);
}

test('a checkpoint of 500 MB is loaded with one tensor and a piece on the host', async () => {
  const config = { model_type: 'llama', vocab_size: 48_000, hidden_size: 1024, intermediate_size: 4096, num_hidden_layers: 12, num_attention_heads: 16, tie_word_embeddings: true };
  const bytes = await writeSparseCheckpoint(join(folder, 'load'), config);
  expect(bytes).toBeGreaterThan(495 * MB);
  const result = v.parse(v.object({ peak: v.number(), looks: v.number(), loaded: v.number(), layers: v.number() }), await measure('load', join(folder, 'load')));
  expect(result).toMatchObject({ loaded: 2 * bytes, layers: 12 });
  const largest = 4 * 48_000 * 1024; // the embedding, as float32
  expect(result.looks).toBeGreaterThan(100);
  expect(result.peak).toBeGreaterThan(largest); // or nothing was measured
  expect(result.peak).toBeLessThan(1.5 * largest + 64 * MB);
  expect(result.peak).toBeLessThan(largest + 64 * MB);
}, 60_000);

test('1.1 billion parameters are inspected and planned at once, and in little memory', async () => {
  // The shape of TinyLlama, whose file has 2.2 GB.
  const config = { model_type: 'llama', vocab_size: 32_000, hidden_size: 2048, intermediate_size: 5632, num_hidden_layers: 22, num_attention_heads: 32, num_key_value_heads: 4 };
  const bytes = await writeSparseCheckpoint(join(folder, 'inspect'), config);
  const { size, blocks } = await stat(join(folder, 'inspect/model.safetensors'));
  expect([size > bytes, 512 * blocks < MB]).toEqual([true, true]);
  const schema = v.object({ milliseconds: v.number(), growth: v.number(), total: v.number(), storedElementBytes: v.number(), verdicts: v.array(v.string()) });
  const result = v.parse(schema, await measure('inspect', join(folder, 'inspect')));
  expect(result).toMatchObject({ total: bytes / 2, storedElementBytes: 2, verdicts: ['too-large', 'fits'] });
  expect(result.total).toBeGreaterThan(1.09e9);
  expect(result.milliseconds).toBeLessThan(2000);
  expect(result.growth).toBeLessThan(200 * MB);
});

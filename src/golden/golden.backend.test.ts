import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Runtime } from '../runtime/runtime.ts';
import { makeRuntime, readFixture } from '../runtime/testing.ts';
import { MemorySource } from '../sources/memory-source.ts';
import { checkGolden } from './check-golden.ts';
import type { Row } from './check.ts';
import { formatTable } from './table.ts';

/** The folders of the project, then those of scripts/make-goldens.py (fixtures/goldens/README.md). */
const folders = [
  'llama-mha', 'llama-gqa', 'qwen2', 'qwen3',
  'llama3-mqa', 'llama-linear', 'llama-dynamic', 'mistral-window', 'qwen2-window', 'qwen3-odd', 'smollm',
];
const files = ['config.json', 'model.safetensors', 'golden.json', 'golden.safetensors'];

async function goldenSource(name: string): Promise<MemorySource> {
  const contents = await Promise.all(files.map(async (file) => [file, await readFixture(`goldens/${name}/${file}`)] as const));
  return new MemorySource(name, new Map(contents));
}

describe('the engine against the goldens', () => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await makeRuntime({ threads: 2 });
  });
  afterAll(async () => {
    await runtime[Symbol.asyncDispose]();
  });

  it.each(folders)('meets every number of %s and frees what it made', async (name) => {
    const before = runtime.live().tensors;
    const rows: Row[] = [];
    for await (const row of checkGolden(await goldenSource(name), runtime)) rows.push(row);
    const failed = rows.filter((row) => !row.passed);
    expect(failed, `${runtime.info.label}\n${formatTable(rows)}`).toEqual([]);
    expect(rows.length).toBeGreaterThan(0);
    expect(runtime.live().tensors).toBe(before);
  });
});

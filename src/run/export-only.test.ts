import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textBytes } from '../base/lazy-bytes.ts';
import { formatIds } from '../export/formats.ts';
import { checkManifest } from '../export/folder/manifest.ts';
import { openModel } from '../model/load-model.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { makeRuntime } from '../runtime/testing.ts';
import { MemorySource } from '../sources/memory-source.ts';
import type { MemoryStorage } from '../storage/memory-storage.ts';
import type { ExportDesk } from './exports/export-desk.ts';
import type { ExportedFormat } from './exports/export-events.ts';
import { FormatUnavailableError } from './exports/export-errors.ts';
import { exportOnly } from './export-only.ts';
import { parseRunConfig } from './parse-config.ts';
import type { RunConfigInput } from './run-config.ts';
import type { RunEvent } from './run-events.ts';
import { tinyContext, tinyRun } from './tiny-run.fixture.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await makeRuntime();
});
afterAll(() => runtime[Symbol.asyncDispose]());

async function exported(config: RunConfigInput) {
  const { context, storage } = await tinyContext(runtime);
  const before = runtime.live().tensors;
  const events: RunEvent[] = [];
  const desks: ExportDesk[] = [];
  for await (const event of exportOnly(parseRunConfig(config), { ...context, onExports: (desk) => void (desk && desks.push(desk)) })) events.push(event);
  const [desk] = desks;
  if (desk === undefined) throw new Error(JSON.stringify(events.at(-1)));
  return { events, storage, desk, leaked: runtime.live().tensors - before };
}

async function contentOf(storage: MemoryStorage, path: string): Promise<Uint8Array<ArrayBuffer>> {
  const file = await storage.openForReading(path);
  return file.read(0, file.size);
}

const textOf = async (storage: MemoryStorage, path: string): Promise<string> => new TextDecoder().decode(await contentOf(storage, path));

describe('exportOnly', () => {
  const config = { ...tinyRun, exports: ['onnx-fp32', 'onnx-fp16', 'onnx-q4', 'onnx-q4f16', 'safetensors-bf16', 'safetensors-fp32', 'safetensors-padded-fp32', 'gguf-f16'] } satisfies RunConfigInput;

  it('writes formats of the sizes that were told, checks the ONNX files, and makes a folder whose manifest holds', { timeout: 120_000 }, async () => {
    const { events, storage, desk, leaked } = await exported(config);
    expect(leaked).toBe(0);
    const planned = events.flatMap((event) => (event.type === 'exports-planned' ? event.offers : []));
    const formats: readonly ExportedFormat[] = events.flatMap((event) => (event.type === 'exported' ? [event] : []));
    expect(formats.map(({ format }) => format).toSorted()).toEqual([...config.exports].toSorted());
    for (const { format, files, check, notChecked } of formats) {
      const told = planned.find((offer) => offer.format === format)?.files;
      expect([format, files.map(({ path, size }) => ({ path, bytes: size }))]).toEqual([format, told]);
      expect([format, check !== null, notChecked === null]).toEqual([format, format.startsWith('onnx'), format.startsWith('onnx')]);
      const close = check === null || check.relativeError < (format.startsWith('onnx-q4') ? 1 : 0.02);
      expect([format, close]).toEqual([format, true]);
    }
    const entries = await desk.writeFolder(config.exports, { events: textBytes('{}\n') });
    const found = await Promise.all(entries.map(async ({ path, stored, sha256 }) => ({ path, sha256, size: (await contentOf(storage, stored)).length })));
    expect(checkManifest(await textOf(storage, 'folder/manifest.json'), found.filter(({ path }) => path !== 'manifest.json'))).toEqual([]);
    expect(entries.map(({ path }) => path)).toEqual(expect.arrayContaining(['README.md', 'config.json', 'onnx/model_q4f16.onnx', 'model.safetensors', 'safetensors-fp32/model.safetensors', 'safetensors-fp32/config.json', 'safetensors-padded-fp32/config.json', 'genai_config.json', 'run.json', 'events.jsonl']));
    expect(new Set(entries.map(({ path }) => path)).size).toBe(entries.length);
    // Larger formats are written first; the first that was asked for has the root all the same.
    const dtypes = await Promise.all(['', 'safetensors-fp32/'].map(async (place) => JSON.parse(await textOf(storage, `folder/${place}config.json`)).dtype));
    expect(dtypes).toEqual(['bfloat16', 'float32']);
  });

  it('writes the same bytes each time', { timeout: 120_000 }, async () => {
    const hashes = async (): Promise<unknown> => {
      const { events, desk } = await exported({ ...config, exports: [...config.exports].toReversed() });
      const files = events.flatMap((event) => (event.type === 'exported' ? event.files : []));
      return [files, await desk.writeFolder(config.exports)];
    };
    expect(await hashes()).toEqual(await hashes());
  });

  it('gives a folder that opens again as the same model', { timeout: 120_000 }, async () => {
    const { storage, desk } = await exported({ ...config, exports: ['safetensors-fp32', 'onnx-fp16'] });
    const entries = await desk.writeFolder(['safetensors-fp32', 'onnx-fp16']);
    const contents = await Promise.all(entries.map(async ({ path, stored }) => [path, await contentOf(storage, stored)] as const));
    const opened = await openModel(new MemorySource('folder', new Map(contents)));
    const { weights } = desk.subject;
    expect(opened.spec).toEqual(weights.spec);
    for (const name of ['model.embed_tokens.weight', 'model.layers.0.mlp.down_proj.weight']) expect(await opened.weights.read(name)).toEqual(await weights.read(name));
  });
});

describe('ExportDesk', () => {
  const config = { ...tinyRun, exports: [] } satisfies RunConfigInput;

  it('offers every format, and refuses those that cannot be had as it said', async () => {
    const { desk, storage } = await exported(config);
    const offers = desk.offers();
    expect(offers.map(({ format }) => format)).toEqual(formatIds);
    const missing = offers.filter(({ unavailable }) => unavailable !== null);
    for (const { format, files } of missing) {
      expect(files).toEqual([]);
      await expect(desk.write(format)).rejects.toThrow(FormatUnavailableError);
    }
    expect(missing.length).toBeGreaterThan(0); // heads of 8 values: the fused attention cannot turn them
    expect(await storage.list()).toEqual([]);
  });

  it('leaves nothing of a format that was cancelled, and keeps the others', async () => {
    const { desk, storage } = await exported(config);
    await desk.write('safetensors-bf16');
    const before = await storage.list();
    const abort = new AbortController();
    await expect(desk.write('safetensors-fp32', { signal: abort.signal, onProgress: () => abort.abort() })).rejects.toThrow('abort');
    expect(await storage.list()).toEqual(before);
    expect(desk.written.map(({ format }) => format)).toEqual(['safetensors-bf16']);
  });

  it('writes a format once, unless its weights are to lie elsewhere', async () => {
    const { desk, storage } = await exported(config);
    const first = await desk.write('onnx-fp32');
    expect(await desk.write('onnx-fp32')).toBe(first);
    // Deleted to make room.
    await storage.remove('onnx-fp32');
    expect((await desk.write('onnx-fp32')).files).toEqual(first.files);
    expect((await storage.list()).map(({ path }) => path)).toEqual(['onnx-fp32/onnx/model.onnx']);
    const second = await desk.write('onnx-fp32', { externalData: true });
    expect(second.files.map(({ path }) => path)).toEqual(['onnx/model.onnx', 'onnx/model.onnx_data']);
    expect(second.check?.maxAbsoluteError).toBeLessThan(1e-3);
    expect((await storage.list()).map(({ path }) => path)).toEqual(['onnx-fp32/onnx/model.onnx', 'onnx-fp32/onnx/model.onnx_data']);
  });
});

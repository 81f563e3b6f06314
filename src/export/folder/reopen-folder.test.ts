import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collectBytes } from '../../base/lazy-bytes.ts';
import { neededTensors } from '../../model/expected-tensors.ts';
import { ExportIncompleteError } from '../../model/export-manifest.ts';
import { exportMetadata } from '../../model/export-metadata.ts';
import { inspectModel } from '../../model/inspect-model.ts';
import { openModel } from '../../model/load-model.ts';
import { GgufOnlyError } from '../../model/model-layout.ts';
import { irregularSpec, randomModel, readerOf, specArbitrary } from '../../model/plain-model.fixture.ts';
import type { PlainModel } from '../../model/reference-forward.fixture.ts';
import type { ModelSpec } from '../../model/spec.ts';
import type { WeightSource } from '../../model/weights.ts';
import { wholeSource } from '../../model/whole-source.fixture.ts';
import { MemorySource } from '../../sources/memory-source.ts';
import { FileSizeError } from '../../sources/safetensors-errors.ts';
import { baseConfig, tokenizerFiles } from '../base-model.fixture.ts';
import { planOnnx } from '../onnx/onnx-model.ts';
import type { PlannedFile } from '../planned-file.ts';
import { enclosingShape, padded } from '../rewrite/padded.ts';
import { planSafetensors } from '../safetensors/plan-safetensors.ts';
import { folderConfig } from './folder-config.ts';
import { manifest } from './manifest.ts';

const encoder = new TextEncoder();
const sourceOf = (model: PlainModel): WeightSource => wholeSource(model.spec, readerOf(model));

/** A whole model folder: safetensors, with an ONNX file of less precision beside them or not. */
async function folderOf(weights: WeightSource, config: Readonly<Record<string, unknown>>, { onnx = false, shardBytes = 4e9 } = {}): Promise<Map<string, Uint8Array>> {
  const onnxFiles = onnx ? [{ path: 'onnx/model_q4.onnx', precision: 'q4', dataFiles: 0 } as const] : [];
  const planned: PlannedFile[] = [
    ...planSafetensors({ weights, type: 'fp32', maxShardBytes: shardBytes }),
    ...onnxFiles.flatMap(({ path, precision }) => planOnnx({ weights, precision, path, attention: 'plain', externalData: false, metadata: {} })),
  ];
  const text = folderConfig({ config, spec: weights.spec, safetensors: 'fp32', onnx: onnxFiles });
  const files = new Map<string, Uint8Array>([...Object.entries(tokenizerFiles), ['config.json', encoder.encode(text)]]);
  for (const { path, content } of planned) files.set(path, await collectBytes(content));
  const listed = [...files].map(([path, bytes]) => ({ path, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }));
  return files.set('manifest.json', encoder.encode(manifest(listed)));
}

/** What a config of pruned layers says: the type may be another, and a layer without attention has no window. */
function told(spec: ModelSpec): ModelSpec {
  const { windows } = spec;
  const seen = spec.layers.map(({ queryGroups }, layer) => (queryGroups.length === 0 ? null : (windows?.[layer] ?? null)));
  return { ...spec, family: 'any', windows: seen.some((window) => window !== null) ? seen : null };
}

describe('an exported folder opened again', () => {
  it('is the same model, whatever lies in it beside the safetensors', async () => {
    await fc.assert(
      fc.asyncProperty(specArbitrary, fc.nat(), fc.boolean(), fc.constantFrom(4e9, 2000), async (spec, seed, onnx, shardBytes) => {
        const model = randomModel(spec, seed);
        const source = new MemorySource('folder', await folderOf(sourceOf(model), baseConfig(spec), { onnx, shardBytes }));
        const opened = await openModel(source);
        expect(told(opened.spec)).toEqual(told(spec));
        expect(opened.unused).toEqual([]);
        for (const name of neededTensors(spec).keys()) expect(await opened.weights.read(name)).toEqual(model.tensors.get(name));
        expect(await inspectModel(source)).toMatchObject({ spec: opened.spec, storedElementBytes: 4 });
      }),
      { numRuns: 30 },
    );
  });

  it('is written again to the same config.json', async () => {
    const folder = await folderOf(sourceOf(randomModel(irregularSpec, 3)), baseConfig(irregularSpec));
    const { weights, config } = await openModel(new MemorySource('folder', folder));
    const again = await folderOf(weights, config);
    expect(again.get('config.json')).toEqual(folder.get('config.json'));
    expect(again.get('model.safetensors')).toEqual(folder.get('model.safetensors'));
  });

  it('is exported as ONNX and read again with its windows', async () => {
    const { weights, config } = await openModel(new MemorySource('folder', await folderOf(sourceOf(randomModel(irregularSpec, 3)), baseConfig(irregularSpec))));
    const metadata = (spec: ModelSpec) => exportMetadata(spec, { config, about: { name: 'a', licence: null, card: null, revision: null }, baseModel: '' });
    const [file] = planOnnx({ weights, precision: 'fp32', attention: 'plain', path: 'model.onnx', externalData: false, metadata });
    const bytes = file ? await collectBytes(file.content) : new Uint8Array();
    const again = await openModel(new MemorySource('onnx', new Map([['model.onnx', bytes], ...Object.entries(tokenizerFiles)])));
    expect(again.spec).toEqual(weights.spec);
    expect(again.spec.windows).toEqual([null, 3, null, null, 2]);
  });

  it('filled up with zeros is a dense model', async () => {
    const spec = { ...irregularSpec, windows: null, qkvBias: false, outputBias: false, mlpBias: false };
    const weights = padded(sourceOf(randomModel(spec, 3)), enclosingShape(spec));
    const opened = await openModel(new MemorySource('padded', await folderOf(weights, baseConfig(spec))));
    expect(opened.spec).toEqual(weights.spec);
    expect(opened.config).not.toHaveProperty('pruned_layers');
    for (const name of neededTensors(weights.spec).keys()) expect(await opened.weights.read(name)).toEqual(await weights.read(name));
  });
});

describe('a folder that is refused', () => {
  const folder = () => folderOf(sourceOf(randomModel(irregularSpec, 1)), baseConfig(irregularSpec));

  it('has weights that are not as long as its manifest says', async () => {
    const files = await folder();
    const longer = Uint8Array.from([...(files.get('model.safetensors') ?? []), 0]);
    const source = new MemorySource('longer', files.set('model.safetensors', longer));
    await expect(openModel(source)).rejects.toThrow(ExportIncompleteError);
    await expect(inspectModel(source)).rejects.toThrow(/This export is not whole: "model\.safetensors" in longer has/);
    files.delete('manifest.json');
    await expect(openModel(source)).rejects.toThrow(FileSizeError);
  });

  it('has nothing but GGUF', async () => {
    const files = await folder();
    files.delete('model.safetensors');
    files.set('tiny-pruned-F16.gguf', new Uint8Array(4));
    await expect(openModel(new MemorySource('gguf', files))).rejects.toThrow(GgufOnlyError);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collectBytes } from '../../base/lazy-bytes.ts';
import { expectedTensors, neededTensors } from '../../model/expected-tensors.ts';
import { exportMetadata, ForeignOnnxError } from '../../model/export-metadata.ts';
import { inspectModel } from '../../model/inspect-model.ts';
import { openModel, TokenizerAbsentError } from '../../model/load-model.ts';
import { irregularSpec, randomModel, specArbitrary } from '../../model/plain-model.fixture.ts';
import type { PlainModel } from '../../model/reference-forward.fixture.ts';
import { ConfigInvalidError } from '../../model/read-config.ts';
import type { ModelSpec } from '../../model/spec.ts';
import { MemorySource } from '../../sources/memory-source.ts';
import { OnnxDataMissingError, OnnxDataTruncatedError } from '../../sources/onnx-errors.ts';
import { baseConfig, tokenizerFiles as tokenizer } from '../base-model.fixture.ts';
import { onnxPrecisions } from '../formats.ts';
import type { OnnxPrecision } from '../formats.ts';
import { counting, expectedLogits, exportedBytes, heldModel, OpenedFile, planOf, plainBatch, relativeError, sourceOf, zeroCaches } from './exported-file.fixture.ts';
import { arrangedWeights, planOnnx } from './onnx-model.ts';
import type { OnnxPlan } from './onnx-model.ts';

const about = { name: 'owner/base', licence: 'apache-2.0', card: 'https://host/owner/base', revision: 'abc123' };
/** A config cannot say any windows for any layers. */
const windowless = (spec: ModelSpec): ModelSpec => ({ ...spec, windows: null });

/** What a file of a pruned model says, the shapes of the file included. */
const metadataOf = (model: PlainModel, change: Readonly<Record<string, string>> = {}) => (spec: ModelSpec) => ({
  ...exportMetadata(spec, { config: baseConfig(model.spec), about, baseModel: 'hub:owner/base@main' }),
  levels: '1,2',
  ...change,
});

async function exported(spec: ModelSpec, seed: number, change: Readonly<Record<string, string>> = {}) {
  const model = randomModel(spec, seed);
  return { model, config: baseConfig(spec), file: await exportedBytes(model, { metadata: metadataOf(model, change) }) };
}

/** The files of an export beside a tokenizer. */
async function folderOf(model: PlainModel, options: Partial<OnnxPlan>): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>(Object.entries(tokenizer));
  for (const { path, content } of planOnnx(planOf(sourceOf(model), { metadata: metadataOf(model), ...options }))) files.set(path, await collectBytes(content));
  return files;
}

const folderSource = (file: Uint8Array, more: Readonly<Record<string, Uint8Array>> = tokenizer, path = 'model.onnx') =>
  new MemorySource('reopened', new Map([[path, file], ...Object.entries(more)]));

/** Everything irregular that a Qwen3 can have. */
const irregular = windowless({ ...irregularSpec, mlpBias: false });

describe('an exported model opened again', () => {
  it('is the same model, each weight bit for bit', async () => {
    await fc.assert(
      fc.asyncProperty(specArbitrary.map(windowless), fc.nat(), async (spec, seed) => {
        const { model, config, file } = await exported(spec, seed);
        const opened = await openModel(folderSource(file));
        expect(opened.spec).toEqual(spec);
        expect(opened.config).toMatchObject({ ...config, made_by: { hand: true } });
        expect(opened).toMatchObject({ about: { ...about, name: 'reopened' }, baseModel: 'hub:owner/base@main', unused: [] });
        for (const [name, [rows = 0]] of neededTensors(spec)) {
          const values = model.tensors.get(name);
          expect(await opened.weights.read(name)).toEqual(values);
          const row = (values?.length ?? 0) / rows;
          expect(await opened.weights.readRows(name, rows >> 1, rows)).toEqual(values?.slice((rows >> 1) * row));
        }
      }),
      { numRuns: 30 },
    );
  });

  it('is exported again to the same bytes', async () => {
    const { file } = await exported(irregular, 5);
    const opened = await openModel(folderSource(file));
    const origin = { config: opened.config, about: opened.about, baseModel: opened.baseModel ?? '' };
    const [again] = planOnnx(planOf(opened.weights, { metadata: { ...exportMetadata(opened.spec, origin), levels: '1,2' } }));
    expect(again && (await collectBytes(again.content))).toEqual(file);
  });

  it('is found under other names, and inspected without its tokenizer', async () => {
    const { file } = await exported(irregular, 1);
    for (const path of ['onnx/model.onnx', 'pruned-tales.onnx']) {
      const known = await inspectModel(folderSource(file, {}, path));
      expect(known).toMatchObject({ spec: irregular, storedElementBytes: 4, here: true, files: [{ path, bytes: file.length }], about: { licence: 'apache-2.0' } });
    }
  });
});

const kinds = onnxPrecisions.flatMap((precision) => (['plain', 'gqa'] as const).map((attention) => ({ precision, attention })));

/** Heads that the fused operator takes. */
const fusable: ModelSpec = { ...irregular, headDim: 16 };

describe.each(kinds)('in $precision with $attention attention', (kind) => {
  const spec = kind.attention === 'gqa' ? specArbitrary.map((any) => windowless({ ...any, headDim: 16, rotary: { ...any.rotary, scaling: null } })) : specArbitrary.map(windowless);

  it('each weight is what the file holds, in one file and in two', async () => {
    await fc.assert(
      fc.asyncProperty(spec, fc.nat(), fc.boolean(), async (any, seed, externalData) => {
        const model = randomModel(any, seed);
        const opened = await openModel(new MemorySource('reopened', await folderOf(model, { ...kind, externalData })));
        const held = await heldModel(model, kind);
        expect(opened.spec).toEqual(held.spec);
        expect(opened.unused).toEqual([]);
        for (const [name, [rows = 0]] of neededTensors(held.spec)) {
          const values = held.tensors.get(name);
          expect(await opened.weights.read(name)).toEqual(values);
          expect(await opened.weights.readRows(name, rows >> 1, rows)).toEqual(values?.slice((rows >> 1) * (values.length / rows)));
        }
      }),
      { numRuns: 15 },
    );
  });

  /** Rounding of the activations in onnxruntime, which the reference does not have. */
  const tolerances: Readonly<Record<OnnxPrecision, number>> = { fp32: 1e-5, fp16: 5e-3, q4: 1e-5, q4f16: 5e-3 };

  it('the model that is read computes what onnxruntime makes of the file', async () => {
    const model = randomModel(fusable, 3);
    const files = await folderOf(model, kind);
    const { spec: stored, weights } = await openModel(new MemorySource('reopened', files));
    const tensors = new Map<string, Float32Array>();
    for (const name of neededTensors(stored).keys()) tensors.set(name, await weights.read(name));
    const ids = [counting(9), counting(9, 4)];
    await using session = await OpenedFile.open(files.get('model.onnx') ?? new Uint8Array());
    const { logits } = await session.run(plainBatch(ids), zeroCaches(stored, { precision: kind.precision, sequences: 2 }));
    expect(relativeError(logits, expectedLogits({ spec: stored, tensors }, ids))).toBeLessThan(tolerances[kind.precision]);
  });
});

it('groups that were made equal are read as they are, and exported again as they are', async () => {
  const model = randomModel(fusable, 4);
  const opened = await openModel(new MemorySource('gqa', await folderOf(model, { attention: 'gqa' })));
  expect(opened.spec.layers).toEqual(arrangedWeights(sourceOf(model), 'gqa').spec.layers);
  expect(opened.spec.layers).not.toEqual(fusable.layers);
  expect(arrangedWeights(opened.weights, 'gqa').spec).toEqual(opened.spec);
});

describe('weights in a second file', () => {
  const large: ModelSpec = { ...irregular, vocabulary: 100 }; // tensors below 1 KB stay inside

  it('that is missing or truncated is named', async () => {
    const files = await folderOf(randomModel(large, 1), { externalData: true, path: 'onnx/model.onnx' });
    const data = files.get('onnx/model.onnx_data');
    expect([...files.keys()]).toContain('onnx/model.onnx_data');
    files.set('onnx/model.onnx_data', data?.subarray(0, 1000) ?? new Uint8Array());
    await expect(openModel(new MemorySource('cut', files))).rejects.toThrow(OnnxDataTruncatedError);
    files.delete('onnx/model.onnx_data');
    await expect(inspectModel(new MemorySource('missing', files))).rejects.toThrow(OnnxDataMissingError);
  });

  it('is counted', async () => {
    const files = await folderOf(randomModel(large, 1), { externalData: true, precision: 'fp16', path: 'onnx/model_fp16.onnx' });
    const known = await inspectModel(new MemorySource('two', files));
    expect(known.files.map(({ path }) => path)).toEqual([...Object.keys(tokenizer), 'onnx/model_fp16.onnx', 'onnx/model_fp16.onnx_data']);
  });
});

it('a folder with several precisions opens as the best of them', async () => {
  const model = randomModel(irregular, 2);
  const folder = new Map<string, Uint8Array>();
  for (const [precision, name] of [['q4', 'model_q4'], ['q4f16', 'model_q4f16'], ['fp16', 'model_fp16']] as const) {
    for (const [path, content] of await folderOf(model, { precision, path: `onnx/${name}.onnx` })) folder.set(path, content);
  }
  const { weights } = await openModel(new MemorySource('several', folder));
  const held = await heldModel(model, { precision: 'fp16' });
  for (const name of ['model.embed_tokens.weight', 'model.layers.1.mlp.up_proj.weight']) expect(await weights.read(name)).toEqual(held.tensors.get(name));
  expect(expectedTensors(weights.spec)).toEqual(expectedTensors(irregular));
});

describe('its tokenizer', () => {
  it('is asked for by the name of the base model where there is none beside the file', async () => {
    const { file } = await exported(irregular, 1);
    const asked: string[] = [];
    const opened = await openModel(folderSource(file, {}), {
      tokenizerOf: async (base) => {
        asked.push(base);
        return new MemorySource('base', new Map(Object.entries(tokenizer)));
      },
    });
    expect(asked).toEqual(['hub:owner/base@main']);
    expect(opened.tokenizer.size).toBe(2);
  });

  it('is named where it cannot be found', async () => {
    const { file } = await exported(irregular, 1);
    await expect(openModel(folderSource(file, {}))).rejects.toThrow(TokenizerAbsentError);
    await expect(openModel(folderSource(file, {}), { tokenizerOf: async () => null })).rejects.toThrow(/Add tokenizer\.json .*"hub:owner\/base@main"/);
  });
});

describe('refused', () => {
  it.each([
    ['another generator', { generator: 'pytorch' }, ForeignOnnxError],
    ['shapes that disagree', { pruned_layers: '[]' }, ForeignOnnxError],
    ['an empty config', { config: '' }, ConfigInvalidError],
    ['a config of other layers', { config: JSON.stringify(baseConfig(irregular)) }, ForeignOnnxError],
  ])('%s', async (_, change, error) => {
    const { file } = await exported(irregular, 1, change);
    await expect(openModel(folderSource(file))).rejects.toThrow(error);
    await expect(inspectModel(folderSource(file))).rejects.toThrow(error);
  });

  it('a file that says nothing of itself', async () => {
    const file = await exportedBytes(randomModel(irregular, 1));
    await expect(openModel(folderSource(file))).rejects.toThrow(/model\.onnx was not exported by this program: it does not hold the config/);
  });
});

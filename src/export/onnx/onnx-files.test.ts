import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectBytes } from '../../base/lazy-bytes.ts';
import type { LazyBytes } from '../../base/lazy-bytes.ts';
import { neededTensors } from '../../model/expected-tensors.ts';
import { llamaTraits } from '../../model/llama-traits.ts';
import { irregularSpec, randomModel, specArbitrary } from '../../model/plain-model.fixture.ts';
import type { ModelSpec } from '../../model/spec.ts';
import type { WeightSource } from '../../model/weights.ts';
import { ModelProtoSchema, TensorProto_DataLocation } from '../../onnx/onnx_pb.js';
import { onnxPrecisions } from '../formats.ts';
import { sizeOf } from '../planned-file.ts';
import { expectedLogits, heldModel, OpenedFile, plainBatch, planOf, relativeError, sourceOf, zeroCaches } from './exported-file.fixture.ts';
import { WeightOutOfRangeError } from '../export-errors.ts';
import { planOnnx } from './onnx-model.ts';

/** Llama-like, with no tensor in memory: values are made when they are asked for. */
function syntheticSource(spec: ModelSpec): { source: WeightSource; reads: number[] } {
  const shapes = neededTensors(spec);
  /** Values of every read. */
  const reads: number[] = [];
  const make = (name: string, rows: number): Float32Array => {
    const count = rows * (shapes.get(name)?.[1] ?? 1);
    reads.push(count);
    return new Float32Array(count).fill(0.5);
  };
  return {
    reads,
    source: { spec, read: async (name) => make(name, shapes.get(name)?.[0] ?? 1), readRows: async (name, start, end) => make(name, end - start) },
  };
}

const smollm: ModelSpec = {
  ...llamaTraits,
  vocabulary: 49_152,
  hidden: 576,
  headDim: 64,
  maxPositions: 8192,
  layers: Array.from({ length: 30 }, () => ({ queryGroups: [3, 3, 3], channels: 1536 })),
};

const parameters = (spec: ModelSpec): number => [...neededTensors(spec).values()].reduce((sum, shape) => sum + shape.reduce((product, size) => product * size, 1), 0);

/** Takes two pieces and no more, as an export that is stopped does. */
async function brokenOff(content: LazyBytes): Promise<number> {
  let taken = 0;
  for await (const piece of content.pieces()) {
    taken += piece.byteLength;
    if (piece.byteLength < taken) break;
  }
  return taken;
}

describe('planned ONNX files', () => {
  it('are as long as planned and the same each time, in every precision, in one file or two', async () => {
    const kind = fc.record({ precision: fc.constantFrom(...onnxPrecisions), attention: fc.constantFrom('plain', 'gqa'), externalData: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(specArbitrary, kind, fc.nat(), async (spec, options, seed) => {
        const model = randomModel({ ...spec, headDim: 16 }, seed);
        const files = planOnnx(planOf(sourceOf(model), { ...options, path: 'onnx/model.onnx' }));
        const again = planOnnx(planOf(sourceOf(model), { ...options, path: 'onnx/model.onnx' }));
        expect(files.map(({ path }) => path)).toEqual(['onnx/model.onnx', 'onnx/model.onnx_data'].slice(0, files.length));
        if (!options.externalData) expect(files).toHaveLength(1);
        for (const [index, file] of files.entries()) {
          const bytes = await collectBytes(file.content); // throws where the size is another
          await expect(brokenOff(file.content)).resolves.toBeGreaterThan(0);
          expect(bytes).toEqual(await collectBytes(file.content));
          expect(again[index] && (await collectBytes(again[index].content))).toEqual(bytes);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('have the size of their parameters and hardly more, which is known before a weight is read', () => {
    const { source, reads } = syntheticSource(smollm);
    const size = (precision: (typeof onnxPrecisions)[number]): number => sizeOf(planOnnx(planOf(source, { precision })));
    const count = parameters(smollm);
    expect(size('fp32') / (4 * count)).toBeGreaterThan(1);
    expect(size('fp32') / (4 * count)).toBeLessThan(1.001);
    expect(size('fp16') / (2 * count)).toBeLessThan(1.002);
    const embedding = smollm.vocabulary * smollm.hidden;
    expect(size('q4')).toBeLessThan(1.01 * (4 * embedding + (count - embedding) * (0.5 + 4 / 32)));
    expect(size('q4f16')).toBeLessThan(1.01 * (2 * embedding + (count - embedding) * (0.5 + 2 / 32)));
    expect(reads).toEqual([]);
  });

  it.each(onnxPrecisions)('come in pieces of at most 16 MB, a tensor read at a time: %s', async (precision) => {
    const spec = { ...smollm, vocabulary: 20_000, tiedHead: false, layers: [{ queryGroups: [3, 3], channels: 9000 }] };
    const { source, reads } = syntheticSource(spec);
    for (const { content } of planOnnx(planOf(source, { precision }))) {
      let written = 0;
      let before = 0;
      for await (const piece of content.pieces()) {
        expect(piece.byteLength).toBeLessThanOrEqual(1 << 24);
        expect(reads.length - before).toBeLessThanOrEqual(1); // nothing is read ahead
        before = reads.length;
        written += piece.byteLength;
      }
      expect(written).toBe(content.byteLength);
    }
    expect(reads.reduce((sum, count) => sum + count, 0)).toBe(parameters(spec)); // each weight once
  });

  it('lie apart beyond 1.9 GB, whatever was asked', () => {
    const { source, reads } = syntheticSource({ ...smollm, vocabulary: 128_000, hidden: 1600 });
    const [file, data, ...more] = planOnnx(planOf(source, { path: 'onnx/model.onnx' }));
    expect(more).toEqual([]);
    expect(file?.content.byteLength).toBeLessThan(1e6);
    expect(data?.path).toBe('onnx/model.onnx_data');
    expect(data?.content.byteLength).toBeGreaterThan(4 * parameters(source.spec));
    expect(reads).toEqual([]);
    expect(planOnnx(planOf(syntheticSource({ ...smollm, vocabulary: 128_000, hidden: 1400 }).source))).toHaveLength(1);
  });

  it('name a weight that float16 cannot hold when it is written', async () => {
    const model = randomModel(irregularSpec, 1);
    const large = new Map([...model.tensors, ['model.layers.1.mlp.up_proj.weight', new Float32Array(55).fill(70_000)]]);
    const plan = (precision: 'fp32' | 'fp16') => planOnnx(planOf(sourceOf({ ...model, tensors: large }), { precision }));
    for (const { content } of plan('fp32')) await collectBytes(content);
    const [file] = plan('fp16');
    await expect(file && collectBytes(file.content)).rejects.toThrow(WeightOutOfRangeError);
  });
});

describe('external data', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'onnx-files-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const spec = { ...irregularSpec, hidden: 48, headDim: 16 };
  const ids = [4, 0, 18, 7, 7];

  it.each(onnxPrecisions.flatMap((precision) => [[precision, 'plain'] as const, [precision, 'gqa'] as const]))('is found by onnxruntime beside the file: %s, %s', async (precision, attention) => {
    const model = randomModel(spec, 8);
    const held = await heldModel(model, { precision, attention });
    for (const { path, content } of planOnnx(planOf(sourceOf(model), { precision, attention, externalData: true }))) await writeFile(join(folder, path), await collectBytes(content));
    await using file = await OpenedFile.open(join(folder, 'model.onnx'));
    const { logits } = await file.run(plainBatch([ids]), zeroCaches(held.spec, { precision }));
    expect(relativeError(logits, expectedLogits(held, [ids]))).toBeLessThan(precision.endsWith('16') ? 5e-3 : 1e-5);
  });

  it('lies at multiples of 64 under the bare name of the data file; what is below 1 KB stays inside', async () => {
    const [file, data] = planOnnx(planOf(sourceOf(randomModel(spec, 8)), { path: 'onnx/model_fp16.onnx', precision: 'fp16', externalData: true }));
    if (file === undefined || data === undefined) throw new RangeError('not two files');
    const { graph } = fromBinary(ModelProtoSchema, await collectBytes(file.content));
    let end = 0;
    for (const { rawData, externalData, dataLocation, dims } of graph?.initializer ?? []) {
      if (dataLocation !== TensorProto_DataLocation.EXTERNAL) {
        expect(rawData.length).toBeLessThan(1024);
        continue;
      }
      const { location, offset, length } = Object.fromEntries(externalData.map(({ key, value }) => [key, value]));
      expect([location, rawData.length]).toEqual(['model_fp16.onnx_data', 0]);
      expect(Number(offset)).toBe(Math.ceil(end / 64) * 64);
      expect(Number(length)).toBeGreaterThanOrEqual(1024);
      expect([2, 4]).toContain(Number(length) / dims.map(Number).reduce((product, size) => product * size, 1)); // rotary tables are float32
      end = Number(offset) + Number(length);
    }
    expect(data.content.byteLength).toBe(Math.ceil(end / 64) * 64);
    expect(end).toBeGreaterThan(10_000);
  });
});

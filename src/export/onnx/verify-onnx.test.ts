import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { irregularSpec, randomModel } from '../../model/plain-model.fixture.ts';
import { referenceLogits } from '../../model/reference-forward.fixture.ts';
import type { PlainModel } from '../../model/reference-forward.fixture.ts';
import type { TokenBatch } from '../../model/weights.ts';
import { ModelProtoSchema } from '../../onnx/onnx_pb.js';
import type { Runtime } from '../../runtime/runtime.ts';
import { makeRuntime } from '../../runtime/testing.ts';
import { ExportMismatchError, OnnxSignatureError } from '../export-errors.ts';
import { goldenCandidate } from './golden-model.fixture.ts';
import { exportedBytes, heldModel } from './exported-file.fixture.ts';
import { OnnxSession } from './onnx-session.ts';
import { verificationBatch, verifyOnnx } from './verify-onnx.ts';
import type { Verification, VerificationRequest } from './verify-onnx.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await makeRuntime();
});
afterAll(() => runtime[Symbol.asyncDispose]());

const fileOf = (model: PlainModel): Promise<Uint8Array<ArrayBuffer>> => exportedBytes(model);

async function verify(bytes: Uint8Array, request: VerificationRequest): Promise<Verification> {
  await using session = await OnnxSession.open(runtime, { model: bytes });
  return await verifyOnnx(session, request);
}

const ids: TokenBatch = { ids: Int32Array.of(3, 0, 18, 5, 5, 1, 2, 9, 14, 6), sequences: 2, length: 5 };

function tensorOf({ tensors }: PlainModel, name: string): Float32Array {
  const data = tensors.get(name);
  if (data === undefined) throw new RangeError(`no tensor ${name}`);
  return data;
}

function reference(model: PlainModel): Float32Array {
  const rows = [ids.ids.subarray(0, 5), ids.ids.subarray(5)];
  return Float32Array.from(rows.flatMap((row) => referenceLogits(model, [...row])));
}

/** By the reference's logits, in float64. */
function perplexityOf(model: PlainModel): number {
  const { vocabulary } = model.spec;
  const losses = [ids.ids.subarray(0, 5), ids.ids.subarray(5)].flatMap((row) => {
    const logits = referenceLogits(model, [...row]);
    return [0, 1, 2, 3].map((position) => {
      const scores = logits.slice(position * vocabulary, (position + 1) * vocabulary);
      const total = scores.reduce((sum, score) => sum + Math.exp(score), 0);
      return Math.log(total) - (scores[row[position + 1] ?? -1] ?? Number.NaN);
    });
  });
  return Math.exp(losses.reduce((sum, loss) => sum + loss, 0) / losses.length);
}

describe('verifyOnnx', () => {
  it('accepts a file that computes the model, and leaves nothing behind', async () => {
    const model = randomModel(irregularSpec, 21);
    const bytes = await fileOf(model);
    const before = runtime.live();
    const result = await verify(bytes, { ids, reference: reference(model) });
    expect(result).toMatchObject({ agreement: 1, tokens: 10 });
    expect(result.relativeError).toBeLessThan(1e-5);
    expect(result.perplexity).toBeCloseTo(perplexityOf(model), 3);
    expect(result.candidatePerplexity).toBeCloseTo(result.perplexity, 3);
    expect(result.maxAbsoluteError).toBeLessThan(1e-4);
    expect(result.decodeError).toBeLessThan(1e-5);
    expect(runtime.live()).toMatchObject({ tensors: before.tensors, bytes: before.bytes });
  });

  it('accepts a model without any attention', async () => {
    const spec = { ...irregularSpec, layers: [{ queryGroups: [], channels: 3 }] };
    const model = randomModel(spec, 22);
    expect((await verify(await fileOf(model), { ids, reference: reference(model) })).agreement).toBe(1);
  });

  it('accepts the candidate of a golden', async () => {
    const golden = await goldenCandidate('llama-gqa');
    const { logits, sequences, length, tolerance } = golden;
    const result = await verify(await fileOf(golden), { ids: { ids: golden.ids, sequences, length }, reference: logits });
    expect(result.agreement).toBe(1);
    expect(result.maxAbsoluteError).toBeLessThan(tolerance);
  });

  it.each(['layers.1.self_attn.k_norm', 'layers.3.self_attn.v_proj', 'layers.0.mlp.down_proj', 'norm'])(
    'refuses the file of a model that differs in model.%s.weight',
    async (part) => {
      const model = randomModel(irregularSpec, 23);
      const changed = tensorOf(model, `model.${part}.weight`).map((value) => 1.5 * value + 0.2);
      const bytes = await fileOf({ spec: model.spec, tensors: new Map([...model.tensors, [`model.${part}.weight`, changed]]) });
      await expect(verify(bytes, { ids, reference: reference(model) })).rejects.toThrow(ExportMismatchError);
    },
  );

  it('allows a sensitive model more, in proportion and not without end', async () => {
    const model = randomModel(irregularSpec, 27);
    const bytes = await fileOf(model);
    const off = (by: number): Float32Array => reference(model).map((value) => value + by);
    const check = (by: number, sensitivity?: number) => verify(bytes, { ids, reference: off(by), ...(sensitivity === undefined ? {} : { sensitivity }) });
    await expect(check(2e-3)).rejects.toThrow(ExportMismatchError);
    await expect(check(2e-3, 1e-3)).resolves.toMatchObject({ agreement: 1 });
    for (const sensitivity of [1e-5, Number.NaN]) await expect(check(2e-3, sensitivity)).rejects.toThrow(ExportMismatchError);
    await expect(check(0.2, 100)).rejects.toThrow(ExportMismatchError);
  });

  it('refuses a file that is right in one pass and wrong with its cache', async () => {
    const model = randomModel(irregularSpec, 26);
    const proto = fromBinary(ModelProtoSchema, await fileOf(model));
    const swapped = new Map([['past_key_values.1.key', 'past_key_values.1.value'], ['past_key_values.1.value', 'past_key_values.1.key']]);
    for (const node of proto.graph?.node ?? []) node.input = node.input.map((name) => swapped.get(name) ?? name);
    const failure = verify(toBinary(ModelProtoSchema, proto), { ids, reference: reference(model) });
    await expect(failure).rejects.toSatisfy(
      (error) => error instanceof ExportMismatchError && error.mismatch.error < 1e-4 && error.mismatch.decodeError > 1e-2,
    );
  });

  it('refuses a weight that is not a number', async () => {
    const model = randomModel(irregularSpec, 24);
    const bad = tensorOf(model, 'model.norm.weight').map((value, index) => (index === 0 ? Number.NaN : value));
    const bytes = await fileOf({ spec: model.spec, tensors: new Map([...model.tensors, ['model.norm.weight', bad]]) });
    const failure = verify(bytes, { ids, reference: reference(model) });
    await expect(failure).rejects.toMatchObject({ mismatch: { error: Number.POSITIVE_INFINITY } });
  });

  it.each(['fp16', 'q4', 'q4f16'] as const)('holds a %s file to its rounded weights, and tells how far it is from the model', async (precision) => {
    const model = randomModel(irregularSpec, 28);
    const bytes = await exportedBytes(model, { precision });
    const arithmetic = precision.endsWith('16') ? 'float16' : 'float32';
    const expected = reference(await heldModel(model, { precision }));
    const result = await verify(bytes, { ids, reference: reference(model), expected, arithmetic });
    if (precision === 'fp16') expect(result.relativeError).toBeLessThan(5e-3);
    else expect(result.relativeError).toBeGreaterThan(1e-2);
    await expect(verify(bytes, { ids, reference: reference(model), expected: reference(randomModel(irregularSpec, 29)), arithmetic })).rejects.toThrow(ExportMismatchError);
  });

  it('refuses a damaged file', async () => {
    const bytes = await fileOf(randomModel(irregularSpec, 25));
    await expect(verify(bytes.slice(0, 400), { ids, reference: new Float32Array(10 * 19) })).rejects.toThrow(OnnxSignatureError);
  });
});

describe('verificationBatch', () => {
  it('keeps whole sequences while their logits fit in 32 MB, else a part of the first', () => {
    const batch = { ids: Int32Array.from({ length: 4 * 100 }, (_, index) => index), sequences: 4, length: 100 };
    expect(verificationBatch(batch, 16_000)).toEqual(batch);
    expect(verificationBatch(batch, 30_000)).toEqual({ ids: batch.ids.slice(0, 200), sequences: 2, length: 100 });
    expect(verificationBatch(batch, 100_000)).toEqual({ ids: batch.ids.slice(0, 80), sequences: 1, length: 80 });
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { irregularSpec, randomModel, readerOf } from '../model/plain-model.fixture.ts';
import { referenceLogits } from '../model/reference-forward.fixture.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { makeRuntime } from '../runtime/testing.ts';
import { exportOnnx } from './onnx-model.ts';
import { verifyOnnx } from './verify-onnx.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await makeRuntime();
});
afterAll(() => runtime[Symbol.asyncDispose]());

describe('verifyOnnx on this backend', () => {
  it.each([true, false])('accepts an irregular model, tied head %s, and leaves nothing behind', async (tiedHead) => {
    const model = randomModel({ ...irregularSpec, tiedHead }, 21);
    const rows = [[3, 0, 18, 5, 5], [1, 2, 9, 14, 6]];
    const reference = Float32Array.from(rows.flatMap((row) => referenceLogits(model, row)));
    const bytes = await exportOnnx({ spec: model.spec, readTensor: readerOf(model), metadata: {} });
    const before = runtime.live();
    const result = await verifyOnnx(runtime, bytes, { ids: { ids: Int32Array.from(rows.flat()), sequences: 2, length: 5 }, reference });
    expect(result).toMatchObject({ bytes: bytes.length, agreement: 1, tokens: 10 });
    expect(result.maxAbsoluteError).toBeLessThan(1e-4);
    expect(result.decodeError).toBeLessThan(1e-4);
    expect(runtime.live()).toMatchObject({ tensors: before.tensors, bytes: before.bytes });
  });
});

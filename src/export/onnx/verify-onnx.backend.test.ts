import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { irregularSpec, randomModel, readerOf } from '../../model/plain-model.fixture.ts';
import { referenceLogits } from '../../model/reference-forward.fixture.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { makeRuntime } from '../../runtime/testing.ts';
import { collectBytes } from '../../base/lazy-bytes.ts';
import { wholeSource } from '../../model/whole-source.fixture.ts';
import { planOnnx } from './onnx-model.ts';
import { OnnxSession } from './onnx-session.ts';
import { verifyOnnx } from './verify-onnx.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await makeRuntime();
});
afterAll(() => runtime[Symbol.asyncDispose]());

const rows = [
  [3, 0, 18, 5, 5],
  [1, 2, 9, 14, 6],
];
const ids = { ids: Int32Array.from(rows.flat()), sequences: 2, length: 5 };

describe('verifyOnnx on this backend', () => {
  // Half precision needs a feature that software adapters lack: Node covers it.
  it.each([
    { tiedHead: true, attention: 'plain' },
    { tiedHead: false, attention: 'plain' },
    { tiedHead: false, attention: 'gqa' },
  ] as const)('accepts an irregular model, $attention attention, tied head $tiedHead, and leaves nothing behind', async ({ tiedHead, attention }) => {
    const { spec, tensors } = randomModel({ ...irregularSpec, tiedHead, headDim: 16, hidden: 24, windows: null }, 21);
    const reference = Float32Array.from(rows.flatMap((row) => referenceLogits({ spec, tensors }, row)));
    const weights = wholeSource(spec, readerOf({ spec, tensors }));
    const [file] = planOnnx({ weights, precision: 'fp32', attention, path: 'model.onnx', externalData: false, metadata: {} });
    const before = runtime.live();
    {
      await using session = await OnnxSession.open(runtime, { model: file ? await collectBytes(file.content) : new Uint8Array() });
      const result = await verifyOnnx(session, { ids, reference });
      expect(result).toMatchObject({ agreement: 1, tokens: 10 });
      expect(result.maxAbsoluteError).toBeLessThan(1e-4);
      expect(result.decodeError).toBeLessThan(1e-4);
    }
    expect(runtime.live()).toMatchObject({ tensors: before.tensors, bytes: before.bytes });
  });
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { collectBytes } from '../../base/lazy-bytes.ts';
import { irregularSpec, randomModel } from '../../model/plain-model.fixture.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { makeRuntime } from '../../runtime/testing.ts';
import { onnxPrecisions } from '../formats.ts';
import { expectedLogits, heldModel, planOf, relativeError, sourceOf } from './exported-file.fixture.ts';
import { planOnnx } from './onnx-model.ts';
import { OnnxSession } from './onnx-session.ts';

/** The WebAssembly build of onnxruntime, in Node. */
let runtime: Runtime;
beforeAll(async () => {
  runtime = await makeRuntime();
});
afterAll(() => runtime[Symbol.asyncDispose]());

const tolerances = { fp32: 1e-5, fp16: 5e-3, q4: 1e-5, q4f16: 2e-2 } as const;
const kinds = onnxPrecisions.flatMap((precision) => (['plain', 'gqa'] as const).flatMap((attention) => [true, false].map((externalData) => ({ precision, attention, externalData }))));

it.each(kinds)('onnxruntime-web computes what the weights of a file give: $precision, $attention, external data $externalData', async (kind) => {
  const model = randomModel({ ...irregularSpec, headDim: 16, hidden: 33 }, 9);
  const rows = [[3, 0, 18, 5, 5, 1, 2], [2, 9, 14, 6, 7, 7, 0]];
  const [file, data] = planOnnx(planOf(sourceOf(model), kind));
  if (file === undefined || (data !== undefined) !== kind.externalData) throw new RangeError('other files than planned');
  const external = data === undefined ? [] : [{ path: data.path, data: await collectBytes(data.content) }];
  await using session = await OnnxSession.open(runtime, { model: await collectBytes(file.content), external });
  const expected = expectedLogits(await heldModel(model, kind), rows);
  const logits = await session.logits({ ids: Int32Array.from(rows.flat()), sequences: 2, length: 7 });
  expect(relativeError(logits, expected)).toBeLessThan(tolerances[kind.precision]);
  const [first = []] = rows;
  const decoded = await session.decodedLogits({ ids: Int32Array.from(first), sequences: 1, length: 7 });
  expect(relativeError(decoded, expected.slice(6 * model.spec.vocabulary, 7 * model.spec.vocabulary))).toBeLessThan(tolerances[kind.precision]);
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectBytes } from '../../base/lazy-bytes.ts';
import { irregularSpec, randomModel, readerOf } from '../../model/plain-model.fixture.ts';
import { referenceLogits } from '../../model/reference-forward.fixture.ts';
import type { PlainModel } from '../../model/reference-forward.fixture.ts';
import { wholeSource } from '../../model/whole-source.fixture.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { makeRuntime } from '../../runtime/testing.ts';
import type { OnnxPrecision } from '../formats.ts';
import { planOnnx } from './onnx-model.ts';
import { OnnxSession } from './onnx-session.ts';
import type { OnnxFile } from './onnx-file.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await makeRuntime();
});
afterAll(() => runtime[Symbol.asyncDispose]());

const model = randomModel({ ...irregularSpec, windows: null, headDim: 16, hidden: 24 }, 4);
const rows = [
  [3, 0, 18, 5, 5, 1],
  [2, 9, 14, 6, 7, 7],
];
const batch = { ids: Int32Array.from(rows.flat()), sequences: 2, length: 6 };

interface Kind {
  readonly precision: OnnxPrecision;
  readonly attention: 'plain' | 'gqa';
  readonly externalData?: boolean;
}

async function fileOf(plain: PlainModel, { externalData = false, ...kind }: Kind): Promise<OnnxFile> {
  const [onnx, data] = planOnnx({ weights: wholeSource(plain.spec, readerOf(plain)), ...kind, externalData, path: 'model.onnx', metadata: {} });
  if (onnx === undefined) throw new RangeError('no file');
  const external = data ? [{ path: data.path, data: await collectBytes(data.content) }] : [];
  return { model: await collectBytes(onnx.content), external };
}

const largest = (a: ArrayLike<number>, b: readonly number[]): number => Math.max(...b.map((value, index) => Math.abs(value - (a[index] ?? Number.NaN))));

/** The greedy continuation by whole float64 passes. */
function referenceGreedy(prompt: readonly number[], count: number): number[] {
  const ids = [...prompt];
  for (let made = 0; made < count; made++) {
    const last = referenceLogits(model, ids).slice(-model.spec.vocabulary);
    ids.push(last.indexOf(Math.max(...last)));
  }
  return ids.slice(prompt.length);
}

describe('OnnxSession', () => {
  it.each([
    [{ precision: 'fp32', attention: 'plain' }, 1e-4],
    [{ precision: 'fp32', attention: 'gqa' }, 1e-4],
    [{ precision: 'fp16', attention: 'plain' }, 0.1],
    [{ precision: 'fp16', attention: 'gqa' }, 0.1],
    [{ precision: 'fp32', attention: 'plain', externalData: true }, 1e-4],
  ] as [Kind, number][])('%o: full passes, a decoding step and greedy text are those of the model; nothing stays behind', async (kind, bound) => {
    const file = await fileOf(model, kind);
    expect(file.external?.length).toBe(kind.externalData === true ? 1 : 0);
    const before = runtime.live().tensors;
    {
      await using session = await OnnxSession.open(runtime, file);
      const expected = rows.flatMap((row) => referenceLogits(model, row));
      expect(largest(await session.logits(batch), expected)).toBeLessThan(bound);
      const [first = []] = rows;
      const last = referenceLogits(model, first).slice(-model.spec.vocabulary);
      expect(largest(await session.decodedLogits({ ids: Int32Array.from(first), sequences: 1, length: first.length }), last)).toBeLessThan(bound);
      const written: number[] = [];
      for await (const id of session.greedy(first, 6)) written.push(id);
      expect(written).toEqual(referenceGreedy(first, 6));
    }
    expect(runtime.live().tensors).toBe(before);
  });

  it('frees its tensors when greedy text is broken off', async () => {
    await using session = await OnnxSession.open(runtime, await fileOf(model, { precision: 'fp32', attention: 'plain' }));
    const before = runtime.live().tensors;
    for await (const id of session.greedy([1, 2, 3], 50)) {
      expect(id).toBeGreaterThanOrEqual(0);
      break;
    }
    expect(runtime.live().tensors).toBe(before);
  });
});

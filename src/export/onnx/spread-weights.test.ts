import { expect, it } from 'vitest';
import { ReleasableBytes } from '../../base/releasable-bytes.ts';
import { collectBytes } from '../../base/lazy-bytes.ts';
import { irregularSpec, randomModel } from '../../model/plain-model.fixture.ts';
import { makeRuntime } from '../../runtime/testing.ts';
import { exportedBytes, OpenedFile, plainBatch, planOf, sourceOf, zeroCaches } from './exported-file.fixture.ts';
import { planOnnx } from './onnx-model.ts';
import { OnnxSession } from './onnx-session.ts';
import { spreadWeights } from './spread-weights.ts';

it('leaves small files as they are', async () => {
  const file = { model: await exportedBytes(randomModel(irregularSpec, 1)) };
  expect(spreadWeights(file)).toBe(file);
});

it('opens a large file by its graph, to the same logits, and gives its memory back', { timeout: 60_000 }, async () => {
  // A wide vocabulary makes the file large and the reference quick: only a few of its rows are looked at.
  const model = randomModel({ ...irregularSpec, vocabulary: 900_000, hidden: 20, layers: [{ queryGroups: [1], channels: 3 }], windows: null, tiedHead: true }, 2);
  const [file] = planOnnx(planOf(sourceOf(model)));
  if (file === undefined) throw new RangeError('no file');
  const held = new ReleasableBytes(file.content.byteLength);
  await collectBytes(file.content, held.bytes);
  const spread = spreadWeights({ model: held.bytes });
  expect(spread.model.byteLength).toBeLessThan(1e5);
  expect(spread.external?.[0]?.data).toBe(held.bytes);

  const ids = [5, 800_000, 17];
  await using whole = await OpenedFile.open(held.bytes.slice());
  const { logits: expected } = await whole.run(plainBatch([ids]), zeroCaches(model.spec));

  await using runtime = await makeRuntime();
  await using session = await OnnxSession.open(runtime, { model: held.bytes, release: () => held.release() });
  expect(held.bytes.byteLength).toBe(0);
  const logits = await session.logits({ ids: Int32Array.from(ids), sequences: 1, length: 3 });
  const furthest = logits.reduce((most, value, index) => Math.max(most, Math.abs(value - (expected[index] ?? Number.NaN))), 0);
  expect(furthest).toBeLessThan(1e-5);
});

import { describe, expect, it } from 'vitest';
import { collectBytes } from '../../base/lazy-bytes.ts';
import { irregularSpec, randomModel } from '../../model/plain-model.fixture.ts';
import { Graph } from '../../onnx/graph.ts';
import { add } from '../../onnx/ops.ts';
import { serialize } from '../../onnx/serialize.ts';
import { OnnxSignatureError } from '../export-errors.ts';
import { exportedBytes, planOf, sourceOf } from './exported-file.fixture.ts';
import { planOnnx } from './onnx-model.ts';
import { onnxSignature } from './onnx-signature.ts';

describe('onnxSignature', () => {
  it.each(['float32', 'float16'] as const)('finds the layers with a cache, their sizes and their type %s, whether weights are inside or not', async (cacheType) => {
    const model = randomModel({ ...irregularSpec, hidden: 64 }, 1);
    const precision = cacheType === 'float32' ? 'q4' : 'fp16';
    const signature = {
      caches: [
        { layer: 1, kvHeads: 3, headDim: 6 },
        { layer: 3, kvHeads: 2, headDim: 6 },
        { layer: 4, kvHeads: 2, headDim: 6 },
      ],
      cacheType,
      positionIds: true,
      vocabulary: 19,
    };
    expect(onnxSignature(await exportedBytes(model, { precision }))).toEqual(signature);
    const [file, data] = planOnnx(planOf(sourceOf(model), { precision, externalData: true }));
    expect(data?.content.byteLength).toBeGreaterThan(10_000);
    expect(file && onnxSignature(await collectBytes(file.content))).toEqual(signature);
  });

  it('finds no cache in a model without attention', async () => {
    const model = randomModel({ ...irregularSpec, layers: [{ queryGroups: [], channels: 3 }] }, 1);
    expect(onnxSignature(await exportedBytes(model))).toEqual({ caches: [], cacheType: 'float32', positionIds: true, vocabulary: 19 });
  });

  it('refuses what is no exported model', () => {
    const graph = new Graph('other', 17);
    const x = graph.input('x', 'float32', ['rows', 3]);
    graph.output('y', add(graph, x, x));
    expect(() => onnxSignature(serialize(graph, { irVersion: 8 }))).toThrow(OnnxSignatureError);
    expect(() => onnxSignature(Uint8Array.of(0x3a, 0xff, 0xff))).toThrow(OnnxSignatureError);
    const open = new Graph('open', 17);
    const hidden = open.input('x', 'float32', ['rows', 'vocabulary']);
    open.output('logits', add(open, hidden, hidden));
    expect(() => onnxSignature(serialize(open, { irVersion: 8 }))).toThrow('axis -1 of logits is no number');
  });
});

import { describe, expect, it } from 'vitest';
import { irregularSpec, randomModel, readerOf } from '../model/plain-model.fixture.ts';
import { Graph } from '../onnx/graph.ts';
import { add } from '../onnx/ops.ts';
import { serialize } from '../onnx/serialize.ts';
import { OnnxSignatureError } from './export-errors.ts';
import { exportOnnx } from './onnx-model.ts';
import { onnxSignature } from './onnx-signature.ts';

describe('onnxSignature', () => {
  it('finds the layers with a cache and their sizes', async () => {
    const bytes = await exportOnnx({ spec: irregularSpec, readTensor: readerOf(randomModel(irregularSpec, 1)), metadata: {} });
    expect(onnxSignature(bytes)).toEqual({
      caches: [
        { layer: 1, kvHeads: 3, headDim: 6 },
        { layer: 3, kvHeads: 2, headDim: 6 },
        { layer: 4, kvHeads: 2, headDim: 6 },
      ],
      vocabulary: 19,
    });
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

import { fromBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { collectBytes } from '../base/lazy-bytes.ts';
import type { LazyBytes } from '../base/lazy-bytes.ts';
import { GraphStructureError } from './graph-errors.ts';
import { Graph } from './graph.ts';
import { ModelProtoSchema, TensorProto_DataLocation } from './onnx_pb.js';
import { add, gemm } from './ops.ts';
import { serializeLazily } from './serialize-lazily.ts';
import { serialize } from './serialize.ts';

const options = { irVersion: 8, metadata: { run: '7' } };

const floats = (count: number): Float32Array => Float32Array.from({ length: count }, (_, index) => index / 7);

/** Values made when they are asked for, in pieces of 100 bytes. */
function lazily(values: Float32Array, asked: string[] = [], name = ''): LazyBytes {
  const bytes = new Uint8Array(values.slice().buffer);
  return {
    byteLength: bytes.length,
    async *pieces() {
      asked.push(name);
      for (let start = 0; start < bytes.length; start += 100) yield bytes.slice(start, start + 100);
    },
  };
}

/** x W1^T W2^T + 1, the weights as they are given. */
function example(first: Float32Array | LazyBytes, second: Float32Array | LazyBytes): Graph {
  const graph = new Graph('example', 17);
  const x = graph.input('x', 'float32', ['rows', 3]);
  const hidden = gemm(graph, x, graph.initializer('first', 'float32', [101, 3], first), { transB: true });
  const sum = gemm(graph, hidden, graph.initializer('second', 'float32', [11, 101], second), { transB: true });
  graph.output('y', add(graph, sum, graph.scalar(1)));
  return graph;
}

describe('serializeLazily', () => {
  it('writes the bytes that serialize writes, asking for one weight after the other', async () => {
    const asked: string[] = [];
    const { model, data } = serializeLazily(example(lazily(floats(303), asked, 'first'), lazily(floats(1111), asked, 'second')), { ...options, dataFile: null });
    expect(asked).toEqual([]);
    expect(data).toBeNull();
    const bytes = await collectBytes(model); // throws where the size is another
    expect(bytes).toEqual(serialize(example(floats(303), floats(1111)), options));
    expect(asked).toEqual(['first', 'second']);
  });

  it('puts what is large into a second file, at multiples of 64', async () => {
    const { model, data } = serializeLazily(example(lazily(floats(303)), floats(1111)), { ...options, dataFile: 'model.onnx_data' });
    const { graph } = fromBinary(ModelProtoSchema, await collectBytes(model));
    const [first, second, constant] = graph?.initializer ?? [];
    const entries = (tensor: typeof first) => tensor?.externalData.map(({ key, value }) => `${key}=${value}`);
    expect(entries(first)).toEqual(['location=model.onnx_data', 'offset=0', 'length=1212']);
    expect(entries(second)).toEqual(['location=model.onnx_data', 'offset=1216', 'length=4444']);
    expect([first, second].map((tensor) => [tensor?.dataLocation, tensor?.rawData.length])).toEqual([
      [TensorProto_DataLocation.EXTERNAL, 0],
      [TensorProto_DataLocation.EXTERNAL, 0],
    ]);
    expect([entries(constant), constant?.rawData.length]).toEqual([[], 4]);
    const bytes = data && (await collectBytes(data));
    expect(bytes).toHaveLength(1216 + 4480);
    expect(bytes && new Float32Array(bytes.buffer, 0, 303)).toEqual(floats(303));
    expect(bytes?.slice(1212, 1216)).toEqual(new Uint8Array(4));
    expect(bytes && new Float32Array(bytes.buffer, 1216, 1111)).toEqual(floats(1111));
  });

  it('refuses more in one file than protobuf can hold, and takes it into a second one', () => {
    const graph = new Graph('huge', 17);
    const huge: LazyBytes = { byteLength: 4 * 600_000_000, pieces: () => lazily(floats(1)).pieces() };
    const x = graph.input('x', 'float32', ['rows', 1]);
    graph.output('y', gemm(graph, x, graph.initializer('w', 'float32', [600_000_000, 1], huge), { transB: true }));
    expect(() => serializeLazily(graph, { ...options, dataFile: null })).toThrow(GraphStructureError);
    expect(serializeLazily(graph, { ...options, dataFile: 'data' }).data?.byteLength).toBe(2_400_000_000);
  });

  it('is the only way to write weights that are not in memory', () => {
    expect(() => serialize(example(lazily(floats(303)), floats(1111)), options)).toThrow(GraphStructureError);
  });
});

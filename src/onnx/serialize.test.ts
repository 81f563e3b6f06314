import { fromBinary } from '@bufbuild/protobuf';
import * as ort from 'onnxruntime-web';
import { describe, expect, it } from 'vitest';
import { GraphStructureError, ShapeMismatchError } from './graph-errors.ts';
import { Graph } from './graph.ts';
import { ModelProtoSchema, TensorProto_DataType } from './onnx_pb.js';
import { add, gemm, reshape, softmax } from './ops.ts';
import { serialize, serializeParts } from './serialize.ts';

const OPTIONS = { irVersion: 8 };

/** softmax(x W^T + 1), with the input, a weight and the sum as further outputs. */
function example(): Graph {
  const graph = new Graph('example', 17);
  const x = graph.input('x', 'float32', ['rows', 3]);
  const weight = graph.initializer('weight', 'float32', [2, 3], Float32Array.of(1, 2, 3, 4, 5, 6));
  const sum = add(graph, gemm(graph, x, weight, { transB: true }), graph.scalar(1));
  graph.output('y', softmax(graph, sum));
  graph.output('sum', sum);
  graph.output('sum again', sum);
  graph.output('x again', x);
  graph.output('weight again', weight);
  return graph;
}

describe('serialize', () => {
  it('writes a model that protobuf reads back', () => {
    const model = fromBinary(ModelProtoSchema, serialize(example(), { irVersion: 8, metadata: { run: '7' } }));
    expect(model.irVersion).toBe(8n);
    expect(model.opsetImport.map(({ domain, version }) => [domain, version])).toEqual([['', 17n]]);
    expect(model.metadataProps.map(({ key, value }) => [key, value])).toEqual([['run', '7']]);
    expect(model.graph?.node.map((node) => node.opType)).toEqual(['Gemm', 'Add', 'Softmax', 'Identity', 'Identity', 'Identity']);
    const [weight] = model.graph?.initializer ?? [];
    expect(weight).toMatchObject({ name: 'weight', dataType: TensorProto_DataType.FLOAT, dims: [2n, 3n] });
    expect([...new Float32Array(weight?.rawData.slice().buffer ?? [])]).toEqual([1, 2, 3, 4, 5, 6]);
    const [x] = model.graph?.input ?? [];
    const type = x?.type?.value;
    expect(type?.case === 'tensorType' && type.value.shape?.dim.map((dim) => dim.value.value)).toEqual(['rows', 3n]);
  });

  it('writes a model that onnxruntime runs', async () => {
    const session = await ort.InferenceSession.create(serialize(example(), OPTIONS));
    const x = new ort.Tensor('float32', Float32Array.of(1, 0, 0, 0, 1, 0), [2, 3]);
    const outputs = await session.run({ x });
    expect([...(await outputs['sum again']!.getData())]).toEqual([2, 5, 3, 6]);
    expect([...(await outputs['x again']!.getData())]).toEqual([1, 0, 0, 0, 1, 0]);
    expect([...(await outputs['weight again']!.getData())]).toEqual([1, 2, 3, 4, 5, 6]);
    const expected = 1 / (1 + Math.exp(-3));
    const [first, second] = await outputs['y']!.getData();
    expect(first).toBeCloseTo(1 - expected, 6);
    expect(second).toBeCloseTo(expected, 6);
    await session.release();
  });

  it('feeds a value in place of what computed it', async () => {
    const graph = new Graph('fed', 17);
    const x = graph.input('x', 'float32', [2]);
    const sum = add(graph, x, x);
    graph.output('y', add(graph, sum, x));
    graph.feed('kept', sum);
    expect(fromBinary(ModelProtoSchema, serialize(graph, OPTIONS)).graph?.node.map((node) => node.opType)).toEqual(['Add']);
    const session = await ort.InferenceSession.create(serialize(graph, OPTIONS));
    const tensor = (...values: number[]) => new ort.Tensor('float32', Float32Array.from(values), [2]);
    const outputs = await session.run({ x: tensor(1, 2), kept: tensor(10, 20) });
    expect([...(await outputs['y']!.getData())]).toEqual([11, 22]);
    await session.release();
  });

  it('copies no weight when it writes in parts', () => {
    const graph = new Graph('big', 17);
    const data = new Float32Array(25_000_000);
    graph.output('y', reshape(graph, graph.initializer('weight', 'float32', [data.length], data), [-1]));
    const parts = serializeParts(graph, OPTIONS);
    expect(parts.some((part) => part.buffer === data.buffer && part.length === data.byteLength)).toBe(true);
    expect(serialize(graph, OPTIONS).length).toBe(parts.reduce((total, part) => total + part.length, 0));
  });

  it('refuses what is no graph', () => {
    const graph = new Graph('wrong', 17);
    const x = graph.input('x', 'float32', [2]);
    expect(() => graph.input('x', 'float32', [2])).toThrow(GraphStructureError);
    expect(() => graph.initializer('w', 'float32', [3], new Float32Array(2))).toThrow(ShapeMismatchError);
    expect(() => add(graph, x, graph.input('y', 'float32', [3]))).toThrow(ShapeMismatchError);
    const other = new Graph('other', 17);
    other.output('y', x);
    expect(() => serialize(other, OPTIONS)).toThrow(GraphStructureError);
  });
});

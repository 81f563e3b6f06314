import * as ort from 'onnxruntime-web';
import { describe, expect, it } from 'vitest';
import { ShapeMismatchError } from './graph-errors.ts';
import { Graph } from './graph.ts';
import type { DataType, Shape, Value } from './graph.ts';
import * as ops from './ops.ts';
import { serialize } from './serialize.ts';

type Build = (graph: Graph, x: Value) => Value;

/** Runs one operator on 0, 1, 2, ... of shape `[2, 3, 4]` and compares what it promised with what came out. */
async function evaluate(build: Build, opset: number): Promise<number[]> {
  const graph = new Graph('case', opset);
  const promised = build(graph, graph.input('x', 'float32', [2, 3, 4]));
  graph.output('y', promised);
  const session = await ort.InferenceSession.create(serialize(graph, { irVersion: 10 }), { logSeverityLevel: 3 });
  try {
    const x = new ort.Tensor('float32', Float32Array.from({ length: 24 }, (_, index) => index), [2, 3, 4]);
    const { y } = await session.run({ x });
    if (!y) throw new Error('no output');
    expect({ type: y.type, shape: y.dims }).toEqual({ type: promised.type, shape: promised.shape });
    return Array.from(y.data as ArrayLike<number | bigint>, Number);
  } finally {
    await session.release();
  }
}

const first = (graph: Graph, x: Value): Value => ops.squeeze(graph, ops.slice(graph, x, { axis: 0, start: 0, end: 1 }), [0]); // [3, 4]
const positions = (graph: Graph, count: number): Value =>
  ops.range(graph, graph.scalar(0, 'int32'), graph.scalar(count, 'int32'), graph.scalar(1, 'int32'), count);

/** `[[1, -8, 0, 6], [2, -2, 2, 2]]` in 4 bits, scales 1 and 2. */
function fourBits(graph: Graph) {
  const packed = new Uint8Array(32).fill(0x88);
  packed.set([0x09, 0xe8], 0);
  packed.set([0x79, 0x99], 16);
  return {
    packed: graph.initializer('packed', 'uint8', [2, 1, 16], packed),
    scales: graph.initializer('scales', 'float32', [2, 1], Float32Array.of(1, 2)),
    columns: 4,
  };
}

/** Two query heads on one KV head of 16 values, which are x repeated; one position of zeros in the cache, nothing rotated. */
function grouped(graph: Graph, x: Value, window: number | null) {
  const table = (name: string, value: number): Value => graph.initializer(name, 'float32', [4, 8], new Float32Array(32).fill(value));
  const past = (name: string): Value => graph.initializer(name, 'float32', [1, 1, 1, 16], new Float32Array(16));
  const key = ops.concat(graph, [x, x, x, x], 2);
  return {
    query: ops.concat(graph, [key, key], 2),
    key,
    value: key,
    pastKey: past('past.key'),
    pastValue: past('past.value'),
    lastPlaces: graph.initializer('last', 'int32', [1, 1], Int32Array.of(3)),
    total: graph.scalar(4, 'int32'),
    cosines: table('cosines', 1),
    sines: table('sines', 0),
    window,
    totalDim: 4,
  };
}

/** Operator, how it is applied, and the first values expected. */
const CASES: readonly (readonly [string, Build, readonly number[]])[] = [
  ['add of a row', (g, x) => ops.add(g, x, ops.slice(g, x, { axis: 1, start: -1 })), [8, 10, 12, 14, 12, 14]],
  ['sub, neg', (g, x) => ops.sub(g, ops.neg(g, x), x), [-0, -2, -4]],
  ['div, mul', (g, x) => ops.div(g, ops.mul(g, x, x), g.scalar(2)), [0, 0.5, 2]],
  ['exp, log', (g, x) => ops.log(g, ops.exp(g, x)), [0, 1, 2]],
  ['sqrt, reciprocal', (g, x) => ops.reciprocal(g, ops.sqrt(g, ops.add(g, x, g.scalar(1)))), [1, Math.SQRT1_2]],
  ['sigmoid', ops.sigmoid, [0.5, 1 / (1 + Math.exp(-1))]],
  ['cos, sin', (g, x) => ops.add(g, ops.cos(g, x), ops.sin(g, x)), [1, Math.cos(1) + Math.sin(1)]],
  ['less', (g, x) => ops.less(g, x, g.scalar(2)), [1, 1, 0]],
  ['lessOrEqual, and, not', (g, x) => ops.and(g, ops.lessOrEqual(g, x, g.scalar(1)), ops.not(g, ops.less(g, x, g.scalar(1)))), [0, 1, 0]],
  ['greater, greaterOrEqual', (g, x) => ops.and(g, ops.greater(g, x, g.scalar(0)), ops.greaterOrEqual(g, x, g.scalar(2))), [0, 0, 1]],
  ['where, equal', (g, x) => ops.where(g, ops.equal(g, x, g.scalar(1)), x, g.scalar(9)), [9, 1, 9]],
  ['cast', (g, x) => ops.cast(g, x, 'int32'), [0, 1, 2]],
  ['matMul', (g, x) => ops.matMul(g, x, ops.transpose(g, first(g, x), [1, 0])), [14, 38, 62]],
  ['gemm', (g, x) => ops.gemm(g, first(g, x), first(g, x), { transB: true, c: g.scalar(1) }), [15, 39, 63]],
  ['gemm transA', (g, x) => ops.gemm(g, first(g, x), first(g, x), { transA: true }), [80, 92, 104]],
  ['reduceSum', (g, x) => ops.reduceSum(g, x, { axes: [0, 2], keepDims: false }), [60, 92, 124]],
  ['reduceMean', (g, x) => ops.reduceMean(g, x, { axes: [-1] }), [1.5, 5.5]],
  ['reduceMax', (g, x) => ops.reduceMax(g, x, { axes: [1] }), [8, 9]],
  ['reduceLogSumExp', (g, x) => ops.reduceLogSumExp(g, x, { axes: [2], keepDims: false }), [3.4401897]],
  ['argMax', (g, x) => ops.argMax(g, ops.neg(g, x), 2), [0, 0]],
  ['softmax', (g, x) => ops.softmax(g, x, 1), [0.00032932041]],
  ['reshape', (g, x) => ops.reshape(g, x, [0, -1]), [0, 1, 2]],
  ['reshape with 0 behind', (g, x) => ops.reshape(g, x, [-1, 1, 4]), [0, 1, 2]],
  ['reshapeTo', (g, x) => ops.reshapeTo(g, x, g.ints([4, -1]), [4, 6]), [0, 1, 2]],
  ['shapeOf', (g, x) => ops.shapeOf(g, x, 1), [3, 4]],
  ['transpose', (g, x) => ops.transpose(g, x, [2, 0, 1]), [0, 4, 8, 12]],
  ['flatten', (g, x) => ops.flatten(g, x, 2), [0, 1, 2]],
  ['concat', (g, x) => ops.concat(g, [x, ops.slice(g, x, { axis: 2, start: 1, end: 3 })], -1), [0, 1, 2, 3, 1, 2]],
  ['split', (g, x) => ops.split(g, x, [1, 2], 1)[1]!, [4, 5, 6]],
  ['slice from the end', (g, x) => ops.slice(g, x, { axis: -1, start: -2, end: -1 }), [2, 6, 10]],
  ['slice at computed places', (g, x) => ops.slice(g, x, { axis: 2, start: g.ints([1]), end: g.ints([3]), dim: 2 }), [1, 2, 5]],
  ['unsqueeze', (g, x) => ops.unsqueeze(g, x, [0, -1]), [0, 1, 2]],
  ['expand', (g, x) => ops.expand(g, ops.slice(g, x, { axis: 0, start: 1 }), g.ints([2, 3, 4]), [2, 3, 4]), [12, 13]],
  ['gather', (g, x) => ops.gather(g, x, ops.reshape(g, g.ints([2, 0], 'int32'), [2, 1]), 1), [8, 9, 10, 11, 0]],
  ['gatherElements', (g, x) => ops.gatherElements(g, x, ops.reshape(g, g.ints([1, 3], 'int32'), [2, 1, 1]), 2), [1, 15]],
  ['range', (g) => positions(g, 5), [0, 1, 2, 3, 4]],
  ['zerosOf', (g) => ops.zerosOf(g, g.ints([2, 2]), [2, 2]), [0, 0, 0, 0]],
  ['simplifiedLayerNormalization', (g, x) => ops.simplifiedLayerNormalization(g, x, g.initializer('w', 'float32', [4], Float32Array.of(1, 2, 1, 1)), 0), [0, 1.0690449]],
  ['a float16 constant', (g, x) => ops.cast(g, ops.add(g, ops.cast(g, x, 'float16'), g.scalar(0.1, 'float16')), 'float32'), [0.0999755859375]],
  ['matMulNBits with a padded block', (g, x) => ops.matMulNBits(g, x, fourBits(g)), [10, 8, 6, 24]],
  ['groupQueryAttention that sees itself only', (g, x) => ops.groupQueryAttention(g, grouped(g, ops.slice(g, x, { axis: 0, start: 0, end: 1 }), 1)).output, [0, 1, 2, 3, 0, 1, 2, 3]],
  ['groupQueryAttention with its cache', (g, x) => ops.groupQueryAttention(g, grouped(g, ops.slice(g, x, { axis: 0, start: 0, end: 1 }), null)).value, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3]],
  ['identity', ops.identity, [0, 1, 2]],
];

describe('operators', () => {
  it.each(CASES)('%s', async (_, build, expected) => {
    for (const opset of [17, 23]) {
      const found = await evaluate(build, opset);
      expected.forEach((value, index) => expect(found[index]).toBeCloseTo(value, 5));
    }
  });

  it('rotaryEmbedding turns the halves of a head', async () => {
    const table = (g: Graph, name: string, value: number) => g.initializer(name, 'float32', [1, 3, 2], new Float32Array(6).fill(value));
    const quarterTurn: Build = (g, x) => ops.rotaryEmbedding(g, ops.unsqueeze(g, x, [0]), table(g, 'cos', 0), table(g, 'sin', 1));
    expect((await evaluate(quarterTurn, 23)).slice(0, 8)).toEqual([-2, -3, 0, 1, -6, -7, 4, 5]);
    const graph = new Graph('old', 17);
    expect(() => quarterTurn(graph, graph.input('x', 'float32', [2, 3, 4]))).toThrow(ShapeMismatchError);
  });
});

describe('shapes with names', () => {
  const graph = new Graph('names', 23);
  let count = 0;
  const value = (shape: Shape, type: DataType = 'float32'): Value => graph.input(`x${(count += 1)}`, type, shape);

  it('follow names through operators', () => {
    expect(ops.add(graph, value(['tokens', 1]), value([8])).shape).toEqual(['tokens', 8]);
    expect(ops.gemm(graph, value(['tokens', 8]), value(['channels', 8]), { transB: true }).shape).toEqual(['tokens', 'channels']);
    expect(ops.matMul(graph, value(['h', 'g']), value(['s', 'g', 'n'])).shape).toEqual(['s', 'h', 'n']);
    expect(ops.reshape(graph, value(['tokens', 1, 8]), [-1, 8]).shape).toEqual(['tokens', 8]);
    expect(ops.reshape(graph, value(['s', 'l', 12]), [0, 0, -1, 4]).shape).toEqual(['s', 'l', 3, 4]);
    expect(ops.concat(graph, [value(['past', 2]), value(['new', 2])], 0, 'total').shape).toEqual(['total', 2]);
  });

  it('refuse what does not fit', () => {
    const wrong: (() => unknown)[] = [
      () => ops.add(graph, value(['tokens']), value(['length'])),
      () => ops.add(graph, value(['tokens']), value([3])),
      () => ops.add(graph, value([3]), value([3], 'int32')),
      () => ops.matMul(graph, value([2, 3]), value([4, 2])),
      () => ops.gemm(graph, value([2, 3]), value([3, 4]), { c: value([2, 2]) }),
      () => ops.reshape(graph, value([2, 3]), [4, -1]),
      () => ops.reshape(graph, value([2, 3]), [2, 2]),
      () => ops.reshape(graph, value(['a', 'b']), [0, -1, 0]),
      () => ops.transpose(graph, value([2, 3]), [0, 0]),
      () => ops.concat(graph, [value([2, 3]), value([3, 3])], 1),
      () => ops.softmax(graph, value([2]), 1),
      () => ops.matMulNBits(graph, value([3, 4]), { packed: value([5, 1, 16], 'uint8'), scales: value([5, 1]), columns: 5 }),
      () => ops.matMulNBits(graph, value([3, 4]), { packed: value([5, 2, 16], 'uint8'), scales: value([5, 2]), columns: 4 }),
      () => ops.matMulNBits(graph, value([3, 4]), { packed: value([5, 1, 16], 'uint8'), scales: value([5, 1], 'float16'), columns: 4 }),
      () => ops.groupQueryAttention(graph, { ...grouped(new Graph('other', 17), value([1, 3, 4]), null), query: value([1, 3, 24]) }),
      () => ops.groupQueryAttention(graph, { ...grouped(new Graph('other', 17), value([1, 3, 4]), null), cosines: value([4, 7]) }),
    ];
    for (const build of wrong) expect(build).toThrow(ShapeMismatchError);
  });
});

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Graph, intAttribute } from '../onnx/graph.ts';
import type { Shape, Value } from '../onnx/graph.ts';
import * as ops from '../onnx/ops.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { createWasmRuntime } from '../runtime/wasm-runtime.ts';
import { NoGradientRuleError } from './autodiff-errors.ts';
import { checkGradients } from './check-gradients.fixture.ts';
import type { GradientCase } from './check-gradients.fixture.ts';
import { differentiableOps, gradients } from './gradients.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createWasmRuntime({ threads: 1 });
});
afterAll(async () => {
  await runtime[Symbol.asyncDispose]();
});

const tables = (graph: Graph): readonly [Value, Value] => {
  const angles = Float32Array.of(0, 0.3, 0.9, 1.4, -2, 0.1);
  const table = (name: string, of: (x: number) => number) => graph.initializer(name, 'float32', [1, 3, 2], angles.map(of));
  return [table('cos', Math.cos), table('sin', Math.sin)];
};

const unary = (op: (graph: Graph, x: Value) => Value, range?: readonly [number, number]): GradientCase => ({
  shapes: { x: [2, 3] },
  ...(range ? { range } : {}),
  build: (graph, x) => [op(graph, x)],
});

const binary = (op: (graph: Graph, a: Value, b: Value) => Value, a: number[], b: number[]): GradientCase => ({
  shapes: { a, b },
  range: [0.5, 2],
  build: (graph, left, right) => [op(graph, left, right)],
});

const gemmCase = (transA: boolean, transB: boolean, c: number[]): GradientCase => ({
  shapes: { a: transA ? [3, 2] : [2, 3], b: transB ? [4, 3] : [3, 4], c },
  build: (graph, a, b, bias) => [ops.gemm(graph, a, b, { transA, transB, c: bias })],
});

/** At least one case for every rule, by operator. */
const CASES: Readonly<Record<string, readonly GradientCase[]>> = {
  Identity: [unary(ops.identity)],
  Neg: [unary(ops.neg)],
  Exp: [unary(ops.exp)],
  Log: [unary(ops.log, [0.5, 2])],
  Sqrt: [unary(ops.sqrt, [0.5, 2])],
  Reciprocal: [unary(ops.reciprocal, [0.5, 2])],
  Sigmoid: [unary(ops.sigmoid)],
  Cos: [unary(ops.cos)],
  Sin: [unary(ops.sin)],
  Cast: [
    unary((graph, x) => graph.single('Cast', [x], 'float32', x.shape, { attributes: { to: intAttribute(1) } })),
    unary((graph, x) => ops.mul(graph, ops.cast(graph, ops.less(graph, x, graph.scalar(0)), 'float32'), x)),
  ],
  Add: [binary(ops.add, [2, 3], [2, 3]), binary(ops.add, [2, 3], [3]), binary(ops.add, [2, 1], [4, 1, 3])],
  Sub: [binary(ops.sub, [2, 3], [1, 3])],
  Mul: [binary(ops.mul, [2, 3], [2, 1]), unary((graph, x) => ops.mul(graph, x, x))],
  Div: [binary(ops.div, [2, 3], [3]), binary(ops.div, [1], [2, 2])],
  Where: [
    { shapes: { a: [2, 3], b: [3] }, build: (graph, a, b) => [ops.where(graph, ops.less(graph, a, graph.scalar(0)), a, b)] },
  ],
  MatMul: [
    binary(ops.matMul, [2, 3], [3, 2]),
    binary(ops.matMul, [2, 2, 3], [2, 3, 2]),
    binary(ops.matMul, [3, 2], [2, 2, 3]),
    binary(ops.matMul, [2, 1, 2, 3], [2, 3, 2]),
    {
      shapes: { shares: [2, 'length', 'length'], values: [2, 'length', 2] },
      sizes: { length: 3 },
      build: (graph, shares, values) => [ops.matMul(graph, shares, values)],
    },
  ],
  Gemm: [gemmCase(false, false, [4]), gemmCase(true, false, [2, 4]), gemmCase(false, true, [2, 1]), gemmCase(true, true, [1, 4])],
  ReduceSum: [
    unary((graph, x) => ops.reduceSum(graph, x, { axes: [0] })),
    unary((graph, x) => ops.reduceSum(graph, x, { axes: [0, 1], keepDims: false })),
  ],
  ReduceMean: [unary((graph, x) => ops.reduceMean(graph, x, { axes: [-1], keepDims: false }))],
  ReduceMax: [unary((graph, x) => ops.reduceMax(graph, x, { axes: [1] }))],
  ReduceLogSumExp: [unary((graph, x) => ops.reduceLogSumExp(graph, x, { axes: [1], keepDims: false }))],
  Softmax: [unary((graph, x) => ops.softmax(graph, x)), unary((graph, x) => ops.softmax(graph, x, 0))],
  Reshape: [
    unary((graph, x) => ops.reshape(graph, x, [3, -1])),
    unary((graph, x) => ops.reshapeTo(graph, x, graph.ints([6]), [6])),
    { shapes: { x: ['a', 'b'] }, sizes: { a: 2, b: 3, ab: 6 }, build: (graph, x) => [ops.reshapeTo(graph, x, graph.ints([6]), ['ab'])] },
  ],
  Flatten: [{ shapes: { x: [2, 3, 2] }, build: (graph, x) => [ops.flatten(graph, x, 2)] }],
  Squeeze: [{ shapes: { x: [2, 1, 3] }, build: (graph, x) => [ops.squeeze(graph, x, [1])] }],
  Unsqueeze: [unary((graph, x) => ops.unsqueeze(graph, x, [0, 2]))],
  Transpose: [{ shapes: { x: [2, 3, 2] }, build: (graph, x) => [ops.transpose(graph, x, [2, 0, 1])] }],
  Expand: [{ shapes: { x: [2, 1] }, build: (graph, x) => [ops.expand(graph, x, graph.ints([3, 2, 2]), [3, 2, 2])] }],
  Concat: [{ shapes: { a: [2, 1], b: [2, 3] }, build: (graph, a, b) => [ops.concat(graph, [a, b, a], 1)] }],
  Split: [
    { shapes: { x: [2, 5] }, build: (graph, x) => ops.split(graph, x, [2, 3], 1) },
    { shapes: { x: [2, 5] }, build: (graph, x) => ops.split(graph, x, [2, 3], 1).slice(1) },
  ],
  Slice: [
    { shapes: { x: [2, 5] }, build: (graph, x) => [ops.slice(graph, x, { axis: 1, start: 1, end: -2 })] },
    { shapes: { x: [4, 2] }, build: (graph, x) => [ops.slice(graph, x, { axis: 0, start: -2 })] },
  ],
  GatherElements: [
    { shapes: { x: [3, 4] }, build: (graph, x) => [ops.gatherElements(graph, x, indexColumn(graph, [3, 1]), 1)] },
    { shapes: { x: [4, 3] }, build: (graph, x) => [ops.gatherElements(graph, x, indexColumn(graph, [1, 3]), 0)] },
  ],
  SimplifiedLayerNormalization: [
    { shapes: { x: [2, 4], w: [4] }, build: (graph, x, w) => [ops.simplifiedLayerNormalization(graph, x, w, 1e-2)] },
    { shapes: { x: [2, 2, 1, 4], w: [4] }, build: (graph, x, w) => [ops.simplifiedLayerNormalization(graph, x, w, 1e-5)] },
  ],
  RotaryEmbedding: [{ shapes: { x: [1, 2, 3, 4] }, build: (graph, x) => [ops.rotaryEmbedding(graph, x, ...tables(graph))] }],
};

function indexColumn(graph: Graph, shape: number[]): Value {
  return ops.reshape(graph, graph.ints([2, 0, 2], 'int32'), shape);
}

describe('gradients', () => {
  it.each(differentiableOps)('%s agrees with central differences', async (op) => {
    const cases = CASES[op] ?? [];
    expect(cases.length).toBeGreaterThan(0);
    for (const gradientCase of cases) await checkGradients(runtime, gradientCase);
  });

  it('agrees with central differences on random graphs', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(STEPS.length - 1), fc.nat(), fc.nat()), { minLength: 2, maxLength: 9 }), async (plan) => {
        await checkGradients(runtime, { shapes: { a: [2, 3], b: [2, 3], c: [3] }, build: (graph, ...inputs) => [grow(graph, inputs, plan)] });
      }),
      { numRuns: 25, seed: 7 },
    );
  });

  it('takes one path out of two and says nothing of what it does not reach', () => {
    const graph = new Graph('paths', 23);
    const [x, y, other] = ['x', 'y', 'other'].map((name) => graph.input(name, 'float32', [2]));
    const product = ops.mul(graph, x!, y!);
    const seed = graph.input('seed', 'float32', [2]);
    const before = graph.nodes.length;
    const found = gradients(graph, new Map([[product, seed]]), [x!, other!]);
    expect([...found.keys()]).toEqual([x]);
    expect(graph.nodes.length).toBe(before + 1); // only the gradient of x was built
  });

  it('refuses an operator without a rule', () => {
    const graph = new Graph('gather', 23);
    const table = graph.input('table', 'float32', [4, 2]);
    const rows = ops.gather(graph, table, graph.input('ids', 'int32', ['tokens']));
    const seed = graph.input('seed', 'float32', ['tokens', 2]);
    expect(() => gradients(graph, new Map([[rows, seed]]), [table])).toThrow(NoGradientRuleError);
  });
});

/** Growth steps of a random graph over smooth, bounded operators; every value keeps shape [2, 3] or broadcasts to it. */
const STEPS: readonly ((graph: Graph, a: Value, b: Value) => Value)[] = [
  (graph, a, b) => ops.mul(graph, a, b),
  (graph, a, b) => ops.sub(graph, a, b),
  (graph, a) => ops.sigmoid(graph, a),
  (graph, a) => ops.softmax(graph, a),
  (graph, a) => ops.sin(graph, a),
  (graph, a, b) => ops.gemm(graph, full(graph, a), ops.matMul(graph, ops.transpose(graph, full(graph, a), [1, 0]), full(graph, b)), { c: b }),
  (graph, a) => ops.transpose(graph, ops.reshape(graph, full(graph, a), [3, 2]), [1, 0]),
  (graph, a) => ops.reduceMean(graph, full(graph, a), { axes: [0], keepDims: false }),
  (graph, a) => ops.mul(graph, ops.reduceLogSumExp(graph, full(graph, a), { axes: [1] }), a),
];

const full = (graph: Graph, x: Value): Value => (isFull(x.shape) ? x : ops.add(graph, x, graph.initializer(`zeros for ${x.name} ${graph.freshDim()}`, 'float32', [2, 3], new Float32Array(6))));
const isFull = (shape: Shape): boolean => shape.length === 2;

/** Applies the planned steps to values made so far; sums everything, so that every input is reached. */
function grow(graph: Graph, inputs: readonly Value[], plan: readonly (readonly [number, number, number])[]): Value {
  const values = [...inputs];
  for (const [step, first, second] of plan) {
    const [a, b] = [values[first % values.length], values[second % values.length]];
    const apply = STEPS[step];
    if (a && b && apply) values.push(ops.sin(graph, apply(graph, a, b)));
  }
  return values.reduce((sum, value) => ops.add(graph, sum, value));
}

import { afterAll, beforeAll, expect, test } from 'vitest';
import { Graph } from '../onnx/graph.ts';
import { gemm, matMul } from '../onnx/ops.ts';
import { serialize } from '../onnx/serialize.ts';
import { randomFor } from '../base/random.ts';
import { makeRuntime } from '../runtime/testing.ts';
import { readFloats, type Runtime } from '../runtime/runtime.ts';
import { float16ToFloat32, float32ToFloat16 } from '../sources/half-floats.ts';
import { withHalfProducts } from './half-products.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await makeRuntime();
});
afterAll(async () => {
  await runtime[Symbol.asyncDispose]();
});

const [rows, inner, columns] = [3, 40, 5];

/** `a b^T + c`, or `a b` with b `[inner, columns]`. */
function product(op: 'Gemm' | 'MatMul'): Uint8Array {
  const graph = new Graph(op, 23);
  const a = graph.input('a', 'float32', [rows, inner]);
  const y =
    op === 'Gemm'
      ? gemm(graph, a, graph.input('b', 'float32', [columns, inner]), { transB: true, c: graph.input('c', 'float32', [rows, columns]) })
      : matMul(graph, a, graph.input('b', 'float32', [inner, columns]));
  graph.output('y', y);
  return serialize(graph, { irVersion: 10 });
}

function random(purpose: string, count: number): Float32Array<ArrayBuffer> {
  const draws = randomFor(1, purpose);
  return Float32Array.from({ length: count }, () => draws.unit() - 0.5);
}

const rounded = (values: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> => float16ToFloat32(float32ToFloat16(values));

async function run(model: Uint8Array, feeds: Readonly<Record<string, readonly [Float32Array<ArrayBuffer>, number[]]>>): Promise<Float32Array> {
  const program = await runtime.compile('half', model);
  const tensors = Object.fromEntries(Object.entries(feeds).map(([name, [values, shape]]) => [name, runtime.upload(values.slice(), shape)]));
  const { y } = await runtime.run(program, tensors);
  if (y === undefined) throw new RangeError('no y');
  const values = await readFloats(runtime, y);
  for (const tensor of [y, ...Object.values(tensors)]) tensor.dispose();
  await program.release();
  return values;
}

test('factors are rounded to float16, the sum beside the product is not', async () => {
  const [a, b, c] = [random('a', rows * inner), random('b', columns * inner), random('c', rows * columns)];
  const whole = await run(withHalfProducts(product('Gemm'), 'operands'), { a: [a, [rows, inner]], b: [b, [columns, inner]], c: [c, [rows, columns]] });
  const oracle = await run(product('Gemm'), { a: [rounded(a), [rows, inner]], b: [rounded(b), [columns, inner]], c: [c, [rows, columns]] });
  expect([...whole]).toEqual([...oracle]);
  const full = await run(product('Gemm'), { a: [a, [rows, inner]], b: [b, [columns, inner]], c: [c, [rows, columns]] });
  expect([...whole]).not.toEqual([...full]);
});

test('a product without a sum, likewise', async () => {
  const [a, b] = [random('a', rows * inner), random('b', inner * columns)];
  const whole = await run(withHalfProducts(product('MatMul'), 'operands'), { a: [a, [rows, inner]], b: [b, [inner, columns]] });
  const oracle = await run(product('MatMul'), { a: [rounded(a), [rows, inner]], b: [rounded(b), [inner, columns]] });
  expect([...whole]).toEqual([...oracle]);
});

test('a model without a product is refused', () => {
  const graph = new Graph('none', 23);
  graph.output('y', graph.input('x', 'float32', [1]));
  expect(() => withHalfProducts(serialize(graph, { irVersion: 10 }), 'whole')).toThrow(RangeError);
});

import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Graph, type Value } from '../onnx/graph.ts';
import * as ops from '../onnx/ops.ts';
import { serialize } from '../onnx/serialize.ts';
import { inNode } from './load-ort.ts';
import { readFloats, readInts, type Runtime, type Tensor } from './runtime.ts';
import { ProgramFailedError, ProgramRefusedError, ProgramUnknownError, TensorDisposedError, TensorMismatchError } from './runtime-errors.ts';
import { makeRuntime } from './testing.ts';

let runtime: Runtime;
let bornTensors: number;
beforeAll(async () => {
  runtime = await makeRuntime();
  bornTensors = runtime.live().tensors;
});
afterAll(async () => {
  expect(runtime.live().tensors).toBe(bornTensors);
  await runtime[Symbol.asyncDispose]();
});

function model(name: string, build: (graph: Graph) => Readonly<Record<string, Value>>): Uint8Array {
  const graph = new Graph(name, 21);
  for (const [output, value] of Object.entries(build(graph))) graph.output(output, value);
  return serialize(graph, { irVersion: 10 });
}

/** y = x + (x up) down, with all weights as inputs and every dim symbolic. */
const residual = model('residual', (graph) => {
  const x = graph.input('x', 'float32', ['tokens', 'hidden']);
  const up = graph.input('up', 'float32', ['hidden', 'intermediate']);
  const down = graph.input('down', 'float32', ['intermediate', 'hidden']);
  return { y: ops.add(graph, x, ops.matMul(graph, ops.matMul(graph, x, up), down)) };
});

/** sum and product of two vectors. */
const sumAndProduct = model('sum and product', (graph) => {
  const a = graph.input('a', 'float32', ['length']);
  const b = graph.input('b', 'float32', ['length']);
  return { sum: ops.add(graph, a, b), product: ops.mul(graph, a, b) };
});

function vector(...values: number[]): Tensor {
  return runtime.upload(Float32Array.from(values), [values.length]);
}

/** Feeds of the residual program with every weight 1/8, and the one value that fills its result. */
function residualFeeds(tokens: number, hidden: number, intermediate: number) {
  const filled = (shape: readonly [number, number]) => runtime.upload(new Float32Array(shape[0] * shape[1]).fill(0.125), shape);
  const feeds = { x: filled([tokens, hidden]), up: filled([hidden, intermediate]), down: filled([intermediate, hidden]) };
  return { feeds, value: 0.125 + intermediate * (hidden / 64) * 0.125 };
}

function free(...groups: readonly Readonly<Record<string, Tensor>>[]): void {
  for (const group of groups) for (const tensor of Object.values(group)) tensor.dispose();
}

test('computes every output, or those that are fetched', async () => {
  const program = await runtime.compile('sum and product', sumAndProduct);
  expect(program).toMatchObject({ name: 'sum and product', inputs: ['a', 'b'], outputs: ['sum', 'product'] });
  const feeds = { a: vector(1, 2, 3), b: vector(4, 5, 6) };
  const all = await runtime.run(program, feeds);
  expect(await runtime.read(all['sum']!)).toEqual(Float32Array.of(5, 7, 9));
  expect(await runtime.read(all['product']!)).toEqual(Float32Array.of(4, 10, 18));
  const one = await runtime.run(program, feeds, ['product']);
  expect(Object.keys(one)).toEqual(['product']);
  expect(await runtime.read(one['product']!)).toEqual(Float32Array.of(4, 10, 18));
  free(feeds, all, one);
  await program.release();
});

test('one tensor may be fed twice, and an output fed on', async () => {
  const program = await runtime.compile('sum and product', sumAndProduct);
  using twice = vector(1, 2, 3);
  const first = await runtime.run(program, { a: twice, b: twice });
  const second = await runtime.run(program, { a: first['sum']!, b: first['product']! });
  expect(await runtime.read(second['sum']!)).toEqual(Float32Array.of(3, 8, 15));
  free(first, second);
  await program.release();
});

test('outputs are written, copied and trained like any other tensor', async () => {
  const program = await runtime.compile('sum and product', sumAndProduct);
  const feeds = { a: vector(1, 2, 3), b: vector(4, 5, 6) };
  const { sum, product } = await runtime.run(program, feeds);
  using copy = await runtime.clone(sum!);
  await runtime.write(sum!, Float32Array.of(7, 7, 7));
  expect(await runtime.read(copy)).toEqual(Float32Array.of(5, 7, 9));
  expect(await runtime.read(sum!)).toEqual(Float32Array.of(7, 7, 7));
  using firstMoment = runtime.zeros([3]);
  using secondMoment = runtime.zeros([3]);
  const settings = { learningRate: 0.5, beta1: 0.9, beta2: 0.99, epsilon: 0, weightDecay: 0, step: 1 };
  await runtime.adamw([{ parameter: sum!, gradient: product!, firstMoment, secondMoment }], settings);
  for (const value of await readFloats(runtime, sum!)) expect(value).toBeCloseTo(6.5, 5);
  free({ ...feeds, sum: sum!, product: product! });
  await program.release();
});

test('outputs outlive their program', async () => {
  const program = await runtime.compile('sum and product', sumAndProduct);
  const feeds = { a: vector(1, 2), b: vector(3, 4) };
  const outputs = await runtime.run(program, feeds, ['sum']);
  await program.release();
  expect(await runtime.read(outputs['sum']!)).toEqual(Float32Array.of(4, 6));
  free(feeds, outputs);
});

test('one program serves any width', async () => {
  const program = await runtime.compile('residual', residual);
  const before = runtime.live();
  const size = fc.integer({ min: 1, max: 40 });
  await fc.assert(
    fc.asyncProperty(size, size, size, async (tokens, hidden, intermediate) => {
      const { feeds, value } = residualFeeds(tokens, hidden, intermediate);
      const outputs = await runtime.run(program, feeds);
      expect(outputs['y']!.shape).toEqual([tokens, hidden]);
      for (const each of await readFloats(runtime, outputs['y']!)) expect(each).toBeCloseTo(value, 4);
      free(feeds, outputs);
      expect(runtime.live()).toMatchObject({ tensors: before.tensors, bytes: before.bytes });
    }),
    { numRuns: inNode() ? 200 : 30 },
  );
  await program.release();
});

test('runs of several programs that are started together do not disturb each other', async () => {
  const [residualProgram, vectorProgram] = await Promise.all([
    runtime.compile('residual', residual),
    runtime.compile('sum and product', sumAndProduct),
  ]);
  const jobs = Array.from({ length: 6 }, async (_, index) => {
    const { feeds, value } = residualFeeds(3, 8, 4 + index);
    const vectors = { a: vector(index, 1), b: vector(2, index) };
    const [matrix, sums] = await Promise.all([
      runtime.run(residualProgram, feeds),
      runtime.run(vectorProgram, vectors, ['sum']),
    ]);
    for (const each of await readFloats(runtime, matrix['y']!)) expect(each).toBeCloseTo(value, 5);
    expect(await runtime.read(sums['sum']!)).toEqual(Float32Array.of(index + 2, index + 1));
    free(feeds, vectors, matrix, sums);
  });
  await Promise.all(jobs);
  await Promise.all([residualProgram.release(), vectorProgram.release()]);
});

test('a run reads its feeds as they were when it was asked for, if they are overwritten after that', async () => {
  const program = await runtime.compile('sum and product', sumAndProduct);
  using a = vector(1, 2);
  using b = vector(3, 4);
  const running = runtime.run(program, { a, b }, ['sum']);
  const writing = runtime.write(a, Float32Array.of(100, 100));
  const outputs = await running;
  await writing;
  expect(await runtime.read(outputs['sum']!)).toEqual(Float32Array.of(4, 6));
  free(outputs);
  await program.release();
});

test('a run that failed leaves the program usable', async () => {
  const program = await runtime.compile('residual', residual);
  for (const round of [1, 2]) {
    const { feeds, value } = residualFeeds(2, 4, 8);
    using wrong = runtime.zeros([5, 8]);
    await expect(runtime.run(program, { ...feeds, up: wrong })).rejects.toThrow(ProgramFailedError);
    const outputs = await runtime.run(program, feeds);
    expect((await readFloats(runtime, outputs['y']!))[round]).toBeCloseTo(value, 5);
    free(feeds, outputs);
  }
  await program.release();
});

test('names the program whose feeds or fetches are wrong', async () => {
  const program = await runtime.compile('sum and product', sumAndProduct);
  const feeds = { a: vector(1), b: vector(2) };
  await expect(runtime.run(program, { a: feeds.a })).rejects.toThrow(/"sum and product" failed: .*'b'/);
  await expect(runtime.run(program, { ...feeds, c: feeds.a })).rejects.toThrow(ProgramFailedError);
  await expect(runtime.run(program, feeds, ['quotient'])).rejects.toThrow(ProgramFailedError);
  const outputs = await runtime.run(program, feeds);
  expect(await runtime.read(outputs['product']!)).toEqual(Float32Array.of(2));
  free(feeds, outputs);
  await program.release();
});

test('refuses freed feeds, released programs, and what is no model', async () => {
  const program = await runtime.compile('sum and product', sumAndProduct);
  using kept = vector(1);
  const freed = vector(2);
  freed.dispose();
  await expect(runtime.run(program, { a: kept, b: freed })).rejects.toThrow(TensorDisposedError);
  await program.release();
  await program.release();
  await expect(runtime.run(program, { a: kept, b: kept })).rejects.toThrow(ProgramUnknownError);
  await expect(runtime.compile('noise', Uint8Array.of(1, 2, 3, 4))).rejects.toThrow(ProgramRefusedError);
});

test('int32 rows, int64 sizes and int64 results go in and out', async () => {
  const program = await runtime.compile(
    'integers',
    model('integers', (graph) => {
      const table = graph.input('table', 'float32', ['rows', 'width']);
      const ids = graph.input('ids', 'int32', ['count']);
      const sizes = graph.input('sizes', 'int64', [2]);
      const rows = ops.gather(graph, table, ids);
      return {
        reshaped: ops.reshapeTo(graph, rows, sizes, ['outer', 'inner']),
        doubled: ops.add(graph, ids, ids),
        best: ops.argMax(graph, rows, -1),
        sizeOfTable: ops.shapeOf(graph, table),
      };
    }),
  );
  const feeds = {
    table: runtime.upload(Float32Array.of(1, 2, 4, 3), [2, 2]),
    ids: runtime.upload(Int32Array.of(1, 0, 1), [3]),
    sizes: runtime.upload(BigInt64Array.of(2n, 3n), [2]),
  };
  const outputs = await runtime.run(program, feeds);
  expect(outputs['reshaped']!.shape).toEqual([2, 3]);
  expect(await runtime.read(outputs['reshaped']!)).toEqual(Float32Array.of(4, 3, 1, 2, 4, 3));
  expect(await readInts(runtime, outputs['doubled']!)).toEqual(Int32Array.of(2, 0, 2));
  expect(await runtime.read(outputs['best']!)).toEqual(BigInt64Array.of(0n, 1n, 0n));
  expect(await runtime.read(outputs['sizeOfTable']!)).toEqual(BigInt64Array.of(2n, 2n));
  free(feeds, outputs);
  await program.release();
});

test('an output of another type is refused, and nothing of that run stays', async () => {
  const program = await runtime.compile(
    'mask',
    model('mask', (graph) => {
      const a = graph.input('a', 'float32', ['length']);
      return { doubled: ops.add(graph, a, a), mask: ops.greater(graph, a, graph.scalar(0)) };
    }),
  );
  using a = vector(-1, 1);
  const before = runtime.live().tensors;
  await expect(runtime.run(program, { a })).rejects.toThrow(TensorMismatchError);
  expect(runtime.live().tensors).toBe(before);
  await program.release();
});

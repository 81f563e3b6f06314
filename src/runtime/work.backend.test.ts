import { afterAll, beforeAll, expect, test } from 'vitest';
import { Graph } from '../onnx/graph.ts';
import { matMul } from '../onnx/ops.ts';
import { serialize } from '../onnx/serialize.ts';
import { ProgramFailedError } from './runtime-errors.ts';
import type { Runtime, RuntimeWork } from './runtime.ts';
import { makeRuntime, onGpu } from './testing.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await makeRuntime();
});
afterAll(() => runtime[Symbol.asyncDispose]());

const runsOf = (work: RuntimeWork, name: string): number => work.programs.get(name)?.runs ?? 0;
const secondsOf = (work: RuntimeWork, name: string): number => work.programs.get(name)?.seconds ?? 0;

function product(): Uint8Array {
  const graph = new Graph('product', 21);
  const left = graph.input('left', 'float32', ['rows', 'inner']);
  const right = graph.input('right', 'float32', ['inner', 'columns']);
  graph.output('product', matMul(graph, left, right));
  return serialize(graph, { irVersion: 10 });
}

test('counts runs and seconds by program, failed runs among them', async () => {
  const program = await runtime.compile('square', product());
  const before = runtime.work();
  using left = runtime.upload(new Float32Array(64 * 64).fill(1), [64, 64]);
  using wrong = runtime.upload(new Float32Array(3), [1, 3]);
  const began = performance.now();
  for (let run = 0; run < 3; run++) (await runtime.run(program, { left, right: left }))['product']!.dispose();
  const wall = (performance.now() - began) / 1000;
  const after = runtime.work();
  expect(runsOf(after, 'square') - runsOf(before, 'square')).toBe(3);
  expect(secondsOf(after, 'square')).toBeGreaterThan(0);
  expect(secondsOf(after, 'square')).toBeLessThanOrEqual(wall + 0.001);
  await expect(runtime.run(program, { left, right: wrong })).rejects.toThrow(ProgramFailedError);
  expect(runsOf(runtime.work(), 'square')).toBe(4);
  expect(runsOf(after, 'square')).toBe(3); // a snapshot does not move
  await program.release();
});

test('settles without reading anything', async () => {
  const before = runtime.work();
  using tensor = runtime.zeros([4]);
  (await runtime.clone(tensor)).dispose();
  await runtime.settle();
  const after = runtime.work();
  expect(after.readbacks).toBe(before.readbacks);
  expect(runsOf(after, 'settle') - runsOf(before, 'settle')).toBe(onGpu ? 1 : 0); // WASM has nothing to wait for
});

test('counts the kernels like programs', async () => {
  const before = runtime.work();
  using parameter = runtime.zeros([4, 2]);
  using gradient = runtime.zeros([4, 2]);
  using firstMoment = runtime.zeros([4, 2]);
  using secondMoment = runtime.zeros([4, 2]);
  const settings = { learningRate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0, step: 1 };
  await runtime.adamw([{ parameter, gradient, firstMoment, secondMoment }], settings);
  using rows = runtime.zeros([2, 2]);
  await runtime.scatterAddRows(parameter, Int32Array.of(1, 3), rows);
  (await runtime.clone(parameter)).dispose();
  await runtime.read(parameter);
  const after = runtime.work();
  const kernels = ['adamw', 'scatter-add-rows', 'clone', 'readback'];
  expect(kernels.map((name) => runsOf(after, name) - runsOf(before, name))).toEqual([1, 1, 1, 1]);
});

test('counts what passes between host and device; shapes and device-internal copies do not', async () => {
  const before = runtime.work();
  using tensor = runtime.upload(new Float32Array(5), [5]); // 20 bytes
  using halves = runtime.upload(Uint16Array.of(1, 2, 3), [3]); // 6 bytes
  await runtime.write(tensor, new Float32Array(5)); // 20 bytes
  using zeros = runtime.zeros([100]);
  using copy = await runtime.clone(tensor);
  using shape = runtime.upload(BigInt64Array.of(1n), [1]);
  await runtime.write(shape, BigInt64Array.of(2n));
  await runtime.read(shape);
  await runtime.read(copy); // 20 bytes
  await runtime.read(halves); // 6 bytes
  expect(zeros.bytes).toBe(400);
  const after = runtime.work();
  expect(after.uploads - before.uploads).toBe(3);
  expect(after.uploadedBytes - before.uploadedBytes).toBe(46);
  expect(after.readbacks - before.readbacks).toBe(2);
  expect(after.readBytes - before.readBytes).toBe(26);
});

test.runIf(onGpu)('tells the seconds of the device, from some runs for all', async () => {
  const program = await runtime.compile('timed', product());
  using square = runtime.upload(new Float32Array(128 * 128).fill(0.5), [128, 128]);
  const run = async () => (await runtime.run(program, { left: square, right: square }))['product']!.dispose();
  await run(); // compiles shaders
  await runtime.read(square);
  const began = performance.now();
  for (let runs = 0; runs < 26; runs++) await run();
  await runtime.read(square); // has waited for all of them
  const wall = (performance.now() - began) / 1000;
  await expect.poll(() => runtime.work().programs.get('timed')?.gpuSeconds ?? 0, { timeout: 5000, interval: 200 }).toBeGreaterThan(0);
  const work = runtime.work().programs.get('timed');
  // The products are nearly all that the device did meanwhile; had onnxruntime not submitted them when its run ended, nothing would be between the marks.
  expect(work?.gpuSeconds).toBeGreaterThan(wall / 10);
  expect(work?.gpuSeconds).toBeLessThan(wall * 3);
  expect(work?.runs).toBe(27);
  await program.release();
});

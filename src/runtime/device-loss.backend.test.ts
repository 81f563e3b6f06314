import { describe, expect, test } from 'vitest';
import { Graph } from '../onnx/graph.ts';
import * as ops from '../onnx/ops.ts';
import { serialize } from '../onnx/serialize.ts';
import { deviceTroubleOf } from './device-trouble.ts';
import { doomedRuntime } from './doomed-runtime.fixture.ts';
import { inNode } from './load-ort.ts';
import { readFloats, type Program, type Runtime } from './runtime.ts';
import { DeviceMemoryError, GpuFaultError } from './runtime-errors.ts';
import { runQueue } from './run-queue.ts';

/** sum `[rows, columns]` of a column and a row: small feeds, a large result. */
const outer = (() => {
  const graph = new Graph('outer', 21);
  graph.output('sum', ops.add(graph, graph.input('column', 'float32', ['rows', 1]), graph.input('row', 'float32', [1, 'columns'])));
  return serialize(graph, { irVersion: 10 });
})();

function feeds(runtime: Runtime, rows: number, columns: number) {
  const counted = (length: number) => Float32Array.from({ length }, (_, index) => index);
  return { column: runtime.upload(counted(rows), [rows, 1]), row: runtime.upload(counted(columns), [1, columns]) };
}

async function sums(runtime: Runtime, program: Program): Promise<readonly number[]> {
  const { column, row } = feeds(runtime, 2, 3);
  const { sum } = await runtime.run(program, { column, row });
  const values = await readFloats(runtime, sum!);
  for (const tensor of [column, row, sum!]) tensor.dispose();
  return [...values];
}

/** Lets so many microtasks pass, so that what was asked for is under way to some depth. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await Promise.resolve();
}

describe.skipIf(inNode())('a device that is lost', () => {
  // onnxruntime's heap does not survive a session that is released while it runs: the device after it, or the one after that, would fail.
  test.each([0, 2, 5, 10, 40])('in the middle of its work is followed by another in the same place: %d turns in', async (depth) => {
    const { runtime, device } = await doomedRuntime();
    const program = await runtime.compile('outer', outer);
    expect(await sums(runtime, program)).toEqual([0, 1, 2, 1, 2, 3]);
    const { column, row } = feeds(runtime, 64, 64);
    const waiting = [runtime.run(program, { column, row }), runtime.read(column), runtime.run(program, { column, row }), runtime.settle()];
    await turns(depth);
    device.destroy();
    const outcomes = await Promise.allSettled(waiting);
    expect(outcomes.at(-1)).toMatchObject({ status: 'rejected', reason: { name: 'DeviceLostError', reason: 'destroyed' } });
    for (const outcome of outcomes) if (outcome.status === 'rejected') expect(deviceTroubleOf(outcome.reason)?.kind).toBe('lost');

    const end = runtime[Symbol.asyncDispose](); // while what was asked for may still be under way
    column.dispose();
    await program.release();
    await end;
    expect(runtime.live()).toMatchObject({ tensors: 0, bytes: 0 });
    await expect(runQueue.run(() => 'free')).resolves.toBe('free');

    const next = await doomedRuntime({ smaller: true });
    expect(next.runtime.info).toMatchObject({ maxBindingBytes: runtime.info.maxBindingBytes / 4, details: { smaller: true } });
    const again = await next.runtime.compile('outer', outer);
    expect(await sums(next.runtime, again)).toEqual([0, 1, 2, 1, 2, 3]);
    await next.runtime[Symbol.asyncDispose]();
    expect(next.runtime.live().tensors).toBe(0);
  });

  test('while a program is compiled leaves no session behind', async () => {
    const { runtime, device } = await doomedRuntime();
    const compiling = [runtime.compile('outer', outer), runtime.compile('outer', outer)];
    await turns(3);
    device.destroy();
    await runtime[Symbol.asyncDispose]();
    for (const outcome of await Promise.allSettled(compiling)) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ name: expect.stringMatching(/DeviceLostError|ProgramUnknownError/) });
    }
    await expect(runtime.compile('late', outer)).rejects.toThrow(/device was lost|was released/);
  });
});

describe.skipIf(inNode())('a device without memory', () => {
  // Chromium's software adapter promises 1 GiB in a buffer, but has less.
  test('says for what, at the next reading, and goes on', async () => {
    const { runtime } = await doomedRuntime();
    const most = runtime.info.maxBindingBytes;
    using huge = runtime.zeros([most / 4]);
    using small = runtime.zeros([2]);
    const error = await runtime.read(small).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(DeviceMemoryError);
    expect(deviceTroubleOf(error)).toEqual({ kind: 'out-of-memory', reason: expect.stringContaining(`for a tensor of ${most} bytes`) });
    expect(await runtime.read(small)).toEqual(new Float32Array(2));
    huge.dispose();
    await runtime.settle();
    await runtime[Symbol.asyncDispose]();
  });

  test('is told of the results of programs too', async () => {
    const { runtime } = await doomedRuntime();
    const program = await runtime.compile('outer', outer);
    const { column, row } = feeds(runtime, 2 ** 14, 2 ** 14); // 1 GiB
    const error = await runtime.run(program, { column, row }).then(({ sum }) => runtime.read(sum!)).catch((caught: unknown) => caught);
    expect(deviceTroubleOf(error)?.kind).toBe('out-of-memory');
    await runtime.settle().catch(() => undefined); // the result was no buffer, and what used it says so
    expect(await sums(runtime, program)).toEqual([0, 1, 2, 1, 2, 3]);
    await runtime[Symbol.asyncDispose]();
    expect(runtime.live().tensors).toBe(0);
  });

  test('is not confused with a call that is not allowed', async () => {
    const { runtime, device } = await doomedRuntime();
    device.createBuffer({ size: device.limits.maxBufferSize + 16, usage: GPUBufferUsage.STORAGE });
    const error = await runtime.settle().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(GpuFaultError);
    expect(deviceTroubleOf(error)).toBeNull();
    expect(deviceTroubleOf(new GPUOutOfMemoryError('as the browser says it'))).toEqual({ kind: 'out-of-memory', reason: 'Memory ran out: as the browser says it' });
    expect(deviceTroubleOf(new GPUValidationError('not allowed'))).toBeNull();
    await runtime[Symbol.asyncDispose]();
  });
});

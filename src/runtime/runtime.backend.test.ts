import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adamw } from './adamw.ts';
import { readFloats, readInts, type Runtime } from './runtime.ts';
import {
  RowOutOfRangeError,
  TensorDisposedError,
  TensorEmptyError,
  TensorForeignError,
  TensorMismatchError,
} from './runtime-errors.ts';
import { scatterAddRows } from './scatter-add-rows.ts';
import { inNode } from './load-ort.ts';
import { makeRuntime, readFixture } from './testing.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await makeRuntime({ threads: 2 });
});
afterAll(() => runtime[Symbol.asyncDispose]());

const floats = fc.float({ noNaN: true, min: -100, max: 100 });

/** Values that differ everywhere and are exact in float32. */
function ramp(length: number, scale = 1 / 64): Float32Array {
  return Float32Array.from({ length }, (_, index) => ((index * 37) % 101) * scale - 0.5);
}

describe('tensors', () => {
  test('the runtime is the one this project is for', () => {
    expect(runtime.info.backend).toBe(inNode() ? 'wasm' : 'webgpu');
    expect(runtime.info.label).toMatch(inNode() ? /^WebAssembly, 2 threads$/ : /^WebGPU, \S+/);
    expect(runtime.info.reason).not.toBe('');
  });

  test('holds what was uploaded, at any length and in every type', async () => {
    for (const length of [1, 2, 3, 4, 5, 63, 1000]) {
      using single = runtime.upload(ramp(length), [length]);
      expect(await runtime.read(single)).toEqual(ramp(length));
      expect(single).toMatchObject({ type: 'float32', shape: [length], bytes: length * 4, disposed: false });
    }
    using halves = runtime.upload(Uint16Array.of(0x3c00, 0xc000, 0x7bff), [3]); // 1, -2, 65504
    expect(await runtime.read(halves)).toEqual(Uint16Array.of(0x3c00, 0xc000, 0x7bff));
    expect(halves).toMatchObject({ type: 'float16', bytes: 6 });
    using ints = runtime.upload(Int32Array.of(-1, 2 ** 31 - 1, 7), [3, 1]);
    expect(await readInts(runtime, ints)).toEqual(Int32Array.of(-1, 2 ** 31 - 1, 7));
    using longs = runtime.upload(BigInt64Array.of(-5n, 2n ** 40n), [2]);
    expect(await runtime.read(longs)).toEqual(BigInt64Array.of(-5n, 2n ** 40n));
  });

  test('zeros are zero, also where freed data lay', async () => {
    runtime.upload(ramp(4096), [4096]).dispose();
    using zeros = runtime.zeros([64, 64]);
    expect(await runtime.read(zeros)).toEqual(new Float32Array(4096));
    using halves = runtime.zeros([3, 5], 'float16');
    expect(await runtime.read(halves)).toEqual(new Uint16Array(15));
  });

  test('write replaces the content; a copy, and what was read before, stay as they were', async () => {
    using tensor = runtime.upload(ramp(5), [5]);
    const before = await readFloats(runtime, tensor);
    using copy = await runtime.clone(tensor);
    await runtime.write(tensor, Float32Array.of(9, 8, 7, 6, 5));
    expect(await runtime.read(tensor)).toEqual(Float32Array.of(9, 8, 7, 6, 5));
    expect(await runtime.read(copy)).toEqual(ramp(5));
    before.fill(3);
    expect(await runtime.read(copy)).toEqual(ramp(5));
  });

  test('rows of several tensors stand one behind the other, in the order asked for, and are a copy', async () => {
    const [first, second] = [ramp(12), ramp(6, 1 / 8)];
    const expected = Float32Array.of(...first.subarray(6), ...second, ...first.subarray(0, 3));
    using x = runtime.upload(first, [4, 3]);
    using y = runtime.upload(second, [2, 3]);
    using joined = await runtime.concatRows([{ tensor: x, start: 2, end: 4 }, { tensor: y, start: 0, end: 2 }, { tensor: x, start: 0, end: 1 }]);
    await runtime.write(x, new Float32Array(12));
    expect(joined).toMatchObject({ type: 'float32', shape: [5, 3], bytes: 60 });
    expect(await runtime.read(joined)).toEqual(expected);
  });

  test('refuses rows that are not there, that do not fit together, and none', async () => {
    using x = runtime.zeros([4, 3]);
    using wide = runtime.zeros([4, 4]);
    using ints = runtime.upload(Int32Array.of(1, 2, 3), [1, 3]);
    const all = { tensor: x, start: 0, end: 4 };
    await expect(runtime.concatRows([all, { ...all, end: 5 }])).rejects.toThrow(RowOutOfRangeError);
    await expect(runtime.concatRows([{ ...all, start: -1 }])).rejects.toThrow(RowOutOfRangeError);
    await expect(runtime.concatRows([all, { ...all, tensor: wide }])).rejects.toThrow(TensorMismatchError);
    await expect(runtime.concatRows([{ tensor: ints, start: 0, end: 1 }])).rejects.toThrow(TensorMismatchError);
    await expect(runtime.concatRows([])).rejects.toThrow(TensorEmptyError);
    await expect(runtime.concatRows([{ ...all, end: 0 }])).rejects.toThrow(TensorEmptyError);
  });

  test('int64 is copied and overwritten like the rest', async () => {
    using tensor = runtime.upload(BigInt64Array.of(1n, 2n), [2]);
    using copy = await runtime.clone(tensor);
    await runtime.write(tensor, BigInt64Array.of(3n, 4n));
    expect(await runtime.read(tensor)).toEqual(BigInt64Array.of(3n, 4n));
    expect(await runtime.read(copy)).toEqual(BigInt64Array.of(1n, 2n));
  });

  test('refuses content that does not fit', async () => {
    expect(() => runtime.upload(new Float32Array(5), [2, 3])).toThrow(TensorMismatchError);
    using tensor = runtime.zeros([3]);
    await expect(runtime.write(tensor, new Float32Array(4))).rejects.toThrow(TensorMismatchError);
    await expect(runtime.write(tensor, new Int32Array(3))).rejects.toThrow(TensorMismatchError);
    await expect(readInts(runtime, tensor)).rejects.toThrow(TypeError);
  });

  test('refuses empty tensors before onnxruntime sees them', () => {
    expect(() => runtime.zeros([4, 0])).toThrow(TensorEmptyError);
    expect(() => runtime.upload(new Float32Array(0), [0])).toThrow(TensorEmptyError);
  });

  test('refuses freed tensors and those of another runtime', async () => {
    const tensor = runtime.zeros([3]);
    tensor.dispose();
    tensor.dispose();
    await expect(runtime.read(tensor)).rejects.toThrow(TensorDisposedError);
    await expect(runtime.clone(tensor)).rejects.toThrow(TensorDisposedError);
    await using other = await makeRuntime();
    await expect(runtime.read(other.zeros([3]))).rejects.toThrow(TensorForeignError);
  });

  test('counts live tensors, bytes and the peak', async () => {
    const before = runtime.live();
    const first = runtime.zeros([1000]);
    const second = await runtime.clone(first);
    expect(runtime.live()).toMatchObject({ tensors: before.tensors + 2, bytes: before.bytes + 8000 });
    first.dispose();
    second.dispose();
    expect(runtime.live()).toMatchObject({ tensors: before.tensors, bytes: before.bytes });
    expect(runtime.live().peakBytes).toBeGreaterThanOrEqual(before.bytes + 8000);
  });
});

describe('adamw', () => {
  const settings = { learningRate: 0.01, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1 };

  test('three steps over tensors of several sizes agree with the plain loop', async () => {
    const lengths = [1, 7, 256, 1000];
    const oracle = lengths.map((length) => ({
      parameter: ramp(length),
      gradient: ramp(length, 1 / 512),
      firstMoment: new Float32Array(length),
      secondMoment: new Float32Array(length),
    }));
    const states = oracle.map(({ parameter, gradient }) => ({
      parameter: runtime.upload(parameter.slice(), [parameter.length]),
      gradient: runtime.upload(gradient.slice(), [gradient.length]),
      firstMoment: runtime.zeros([parameter.length]),
      secondMoment: runtime.zeros([parameter.length]),
    }));
    for (const step of [1, 2, 3]) {
      await runtime.adamw(states, { ...settings, step });
      for (const each of oracle) adamw(each.parameter, each.gradient, each.firstMoment, each.secondMoment, { ...settings, step });
    }
    for (const [index, expected] of oracle.entries()) {
      for (const part of ['parameter', 'gradient', 'firstMoment', 'secondMoment'] as const) {
        using tensor = states[index]![part];
        expectClose(await readFloats(runtime, tensor), expected[part], 1e-6);
      }
    }
  });

  test('moves by the learning rate against the sign in its first step', async () => {
    using parameter = runtime.upload(Float32Array.of(1, -2, 3), [3]);
    using gradient = runtime.upload(Float32Array.of(4, -0.25, 0), [3]);
    using firstMoment = runtime.zeros([3]);
    using secondMoment = runtime.zeros([3]);
    await runtime.adamw([{ parameter, gradient, firstMoment, secondMoment }], { ...settings, step: 1 });
    expectClose(await readFloats(runtime, parameter), Float32Array.of(0.999 - 0.01, -1.998 + 0.01, 2.997), 1e-6);
  });

  test('refuses tensors of different shapes', async () => {
    using parameter = runtime.zeros([3]);
    using other = runtime.zeros([4]);
    const state = { parameter, gradient: other, firstMoment: parameter, secondMoment: parameter };
    await expect(runtime.adamw([state], { ...settings, step: 1 })).rejects.toThrow(TensorMismatchError);
  });
});

describe('scatterAddRows', () => {
  test('agrees with the plain loop to the bit, whatever rows repeat', async () => {
    const table = { rows: 6, width: 5 };
    const updates = fc.array(fc.tuple(fc.nat(table.rows - 1), fc.array(floats, { minLength: 5, maxLength: 5 })), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(updates, async (pairs) => {
        const rows = Int32Array.from(pairs, ([row]) => row);
        const values = Float32Array.from(pairs.flatMap(([, value]) => value));
        const expected = ramp(table.rows * table.width);
        using target = runtime.upload(expected.slice(), [table.rows, table.width]);
        using added = runtime.upload(values, [rows.length, table.width]);
        await runtime.scatterAddRows(target, rows, added);
        scatterAddRows(expected, rows, values, table.width);
        expect(await readFloats(runtime, target)).toEqual(expected);
      }),
      { numRuns: 25 },
    );
  });

  test('refuses rows out of range, and leaves the table as it was', async () => {
    using target = runtime.upload(ramp(6), [3, 2]);
    using values = runtime.upload(ramp(4), [2, 2]);
    await expect(runtime.scatterAddRows(target, Int32Array.of(0, 3), values)).rejects.toThrow(RowOutOfRangeError);
    await expect(runtime.scatterAddRows(target, Int32Array.of(-1, 0), values)).rejects.toThrow(RowOutOfRangeError);
    await expect(runtime.scatterAddRows(target, Int32Array.of(0), values)).rejects.toThrow(TensorMismatchError);
    expect(await runtime.read(target)).toEqual(ramp(6));
  });
});

test('fixtures can be read on both sides', async () => {
  const config = new TextDecoder().decode(await readFixture('models/tiny-bytes/config.json'));
  expect(JSON.parse(config)).toHaveProperty('hidden_size');
  await expect(readFixture('models/none')).rejects.toThrow(/models\/none/);
});

function expectClose(actual: Float32Array, expected: Float32Array, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  const worst = expected.reduce((most, value, index) => Math.max(most, Math.abs(value - actual[index]!)), 0);
  expect(worst).toBeLessThanOrEqual(tolerance);
}

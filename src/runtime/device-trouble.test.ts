import { expect, test } from 'vitest';
import { deviceTroubleOf } from './device-trouble.ts';
import { DeviceLostError, DeviceMemoryError, GpuFaultError, ProgramFailedError, ProgramRefusedError, TensorTooLargeError } from './runtime-errors.ts';

const lost = new DeviceLostError('unknown', 'A valid external Instance reference no longer exists.');
const full = new DeviceMemoryError('a tensor of 64 bytes', 'vkAllocateMemory failed\n - While calling [Device].CreateBuffer');

test('a lost device and memory that ran out are told in a sentence', () => {
  expect(deviceTroubleOf(lost)).toEqual({ kind: 'lost', reason: lost.explanation.what });
  expect(lost.explanation.what).toBe(
    'The graphics device was lost: its driver was reset, a computation took longer than the system allows, its memory ran out, or the computer slept (A valid external Instance reference no longer exists).',
  );
  expect(new DeviceLostError('destroyed', '').explanation.what).toBe('The graphics device was lost: it was closed while it was in use.');
  expect(deviceTroubleOf(full)).toEqual({ kind: 'out-of-memory', reason: full.explanation.what });
  expect(full.explanation.what).toBe('The graphics device had no memory left for a tensor of 64 bytes (vkAllocateMemory failed).');
});

test.each([
  'failed to call OrtRun(). ERROR_CODE: 6, ERROR_MESSAGE: std::bad_alloc', // a heap of 3.7 GB, asked for 1.9 more
  'failed to call OrtRun(). ERROR_CODE: 1, ERROR_MESSAGE: safeint.h:17 static void SafeIntExceptionHandler<onnxruntime::OnnxRuntimeException>::SafeIntOnOverflow() Integer overflow',
  "Can't create a session. failed to allocate a buffer of size 3000000000.",
  'Array buffer allocation failed',
  "Failed to execute 'createBuffer' on 'GPUDevice': createBuffer failed, size (4503599627370496) is too large for the implementation when mappedAtCreation == true",
  'Out of memory',
])('out of memory as others say it: %s', (message) => {
  expect(deviceTroubleOf(new ProgramFailedError('block', new Error(message)))).toMatchObject({ kind: 'out-of-memory' });
  expect(deviceTroubleOf(new RangeError(message))).toEqual({ kind: 'out-of-memory', reason: `Memory ran out: ${message}` });
});

test('found however deep it lies, the earliest first', () => {
  const wrapped = new Error('outer', { cause: new ProgramRefusedError('block', lost) });
  expect(deviceTroubleOf(wrapped)).toMatchObject({ kind: 'lost' });
  expect(deviceTroubleOf(new AggregateError([new Error('a'), new Error('b', { cause: full })]))).toMatchObject({ kind: 'out-of-memory' });
  const suppressing = Object.assign(new Error('suppressed'), { suppressed: full, error: lost }); // as `using` makes it
  expect(deviceTroubleOf(suppressing)).toMatchObject({ kind: 'out-of-memory' });
  const circle = new Error('circle');
  circle.cause = circle;
  expect(deviceTroubleOf(circle)).toBeNull();
});

test('nothing else is trouble of the device', () => {
  const others = [
    new ProgramFailedError('block', new Error('indices element out of data bounds')),
    new GpuFaultError('validation', 'Buffer size (1073741840) exceeds the max buffer size limit (1073741824).'),
    new TensorTooLargeError(2 ** 31, 2 ** 30),
    new RangeError('Invalid array length'),
    'a string',
    undefined,
    null,
  ];
  for (const error of others) expect(deviceTroubleOf(error)).toBeNull();
});

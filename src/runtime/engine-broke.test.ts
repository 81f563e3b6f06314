import { expect, test } from 'vitest';
import { engineBroke } from './engine-broke.ts';
import { DeviceLostError, EngineStuckError, ProgramFailedError, ProgramRefusedError } from './runtime-errors.ts';

/** A module whose only function is `unreachable`. */
const TRAP = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 5, 1, 3, 0, 0, 11);

test('a program that trapped, was interrupted or never ends needs a new worker', async () => {
  const { instance } = await WebAssembly.instantiate(TRAP);
  let trapped: unknown;
  try {
    (instance.exports['f'] as () => void)();
  } catch (error) {
    trapped = error;
  }
  expect(engineBroke(new ProgramFailedError('block', trapped))).toBe(true);
  expect(engineBroke(new ProgramRefusedError('block', new Error('another WebGPU EP inference session is being created.')))).toBe(true);
  expect(engineBroke(new AggregateError([new EngineStuckError()]))).toBe(true);
});

test('a program that was refused, or a device that was lost, does not', () => {
  expect(engineBroke(new ProgramRefusedError('block', new Error("Can't create a session. ERROR_CODE: 7, ERROR_MESSAGE: Failed to load model")))).toBe(false);
  expect(engineBroke(new DeviceLostError('unknown', ''))).toBe(false);
  expect(engineBroke(undefined)).toBe(false);
});

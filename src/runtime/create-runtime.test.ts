import { expect, test } from 'vitest';
import { createRuntime } from './create-runtime.ts';
import { BackendUnavailableError } from './runtime-errors.ts';

test('without a GPU adapter the automatic choice is WebAssembly, and says so', async () => {
  await using runtime = await createRuntime({ prefer: 'auto', threads: 2 });
  expect(runtime.info).toMatchObject({ backend: 'wasm', label: 'WebAssembly, 2 threads', threads: 2 });
  expect(runtime.info.reason).toMatch(/No GPU adapter was found/);
});

test('WebGPU demanded where there is none is an error', async () => {
  await expect(createRuntime({ prefer: 'webgpu' })).rejects.toThrow(BackendUnavailableError);
});

test('a binding limit lowers what is told of the device, and never raises it', async () => {
  await using limited = await createRuntime({ prefer: 'wasm', threads: 2, bindingLimit: 4400 });
  expect(limited.info.maxBindingBytes).toBe(4400);
  await using own = await createRuntime({ prefer: 'wasm', threads: 2 });
  await using generous = await createRuntime({ prefer: 'wasm', threads: 2, bindingLimit: 2 ** 40 });
  expect(generous.info.maxBindingBytes).toBe(own.info.maxBindingBytes);
});

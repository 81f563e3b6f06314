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

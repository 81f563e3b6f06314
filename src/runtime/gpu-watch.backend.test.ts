import { describe, expect, test } from 'vitest';
import { doomedRuntime } from './doomed-runtime.fixture.ts';
import { findAdapter, openDevice } from './gpu-device.ts';
import { GpuWatch } from './gpu-watch.ts';
import { inNode } from './load-ort.ts';
import { DeviceLostError, GpuFaultError, TensorTooLargeError } from './runtime-errors.ts';
import { createWebGpuRuntime } from './webgpu-runtime.ts';

async function requireAdapter(): Promise<GPUAdapter> {
  const adapter = await findAdapter();
  if (adapter === null) throw new Error('this browser offers no WebGPU adapter');
  return adapter;
}

describe.skipIf(inNode())('a GPU device', () => {
  test('once lost, ends the call that waits and refuses every later one', async () => {
    const told: DeviceLostError[] = [];
    const { runtime, device } = await doomedRuntime({ onLost: (error) => told.push(error) });
    const tensor = runtime.zeros([4]);
    const waiting = runtime.read(tensor);
    device.destroy();
    await expect(waiting).rejects.toThrow(DeviceLostError);
    await expect(runtime.clone(tensor)).rejects.toThrow(DeviceLostError);
    await expect(runtime.compile('late', new Uint8Array(4))).rejects.toThrow(DeviceLostError);
    expect(() => runtime.zeros([4])).toThrow(DeviceLostError);
    expect(told).toHaveLength(1);
    await runtime[Symbol.asyncDispose]();
  });

  test('destroyed by its own runtime is no loss to tell', async () => {
    const told: DeviceLostError[] = [];
    const adapter = await requireAdapter();
    const runtime = await createWebGpuRuntime({ adapter, reason: 'Test.', onLost: (error) => told.push(error) });
    await runtime[Symbol.asyncDispose]();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(told).toEqual([]);
  });

  test('tells an error that no call reported, once', async () => {
    const device = await openDevice(await requireAdapter());
    const watch = new GpuWatch(device, () => undefined);
    device.createBuffer({ size: 16, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.STORAGE }); // not a valid pair
    await expect(watch.settle(Promise.resolve(1))).rejects.toThrow(GpuFaultError);
    await expect(watch.settle(Promise.resolve(2))).resolves.toBe(2);
    device.destroy();
  });

  test('refuses a tensor beyond its limits at once, and goes on', async () => {
    await using runtime = await createWebGpuRuntime({ adapter: await requireAdapter(), reason: 'Test.' });
    const tooLong = runtime.info.maxBindingBytes / 4 + 1;
    expect(() => runtime.zeros([tooLong])).toThrow(TensorTooLargeError);
    expect(runtime.live().tensors).toBe(0);
    using small = runtime.zeros([2]);
    expect(await runtime.read(small)).toEqual(new Float32Array(2));
  });
});

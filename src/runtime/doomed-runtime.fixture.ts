import { findAdapter } from './gpu-device.ts';
import type { Runtime } from './runtime.ts';
import { createWebGpuRuntime, type WebGpuRuntimeOptions } from './webgpu-runtime.ts';

/** A WebGPU runtime and its device, for tests that destroy it. */
export async function doomedRuntime(options: Partial<WebGpuRuntimeOptions> = {}): Promise<{ readonly runtime: Runtime; readonly device: GPUDevice }> {
  const adapter = await findAdapter();
  if (adapter === null) throw new Error('this browser offers no WebGPU adapter');
  const requestDevice = adapter.requestDevice.bind(adapter);
  const devices: GPUDevice[] = [];
  adapter.requestDevice = async (descriptor) => {
    const device = await requestDevice(descriptor);
    devices.push(device);
    return device;
  };
  const runtime = await createWebGpuRuntime({ adapter, reason: 'Test.', ...options });
  const [device] = devices;
  if (device === undefined) throw new Error('the runtime asked for no device');
  return { runtime, device };
}

import { BackendUnavailableError } from './runtime-errors.ts';

/** Used where offered: half precision and subgroups in onnxruntime's shaders, timestamps for measuring. */
const WANTED_FEATURES = ['shader-f16', 'timestamp-query', 'subgroups'] as const satisfies readonly GPUFeatureName[];

/** Asked for at the adapter's own values: the defaults are too small for a vocabulary's matrix. */
const WANTED_LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
  'maxComputeWorkgroupsPerDimension',
] as const satisfies readonly (keyof GPUSupportedLimits)[];

/** The preferred adapter, or null without WebGPU or without one. */
export async function findAdapter(): Promise<GPUAdapter | null> {
  if (typeof navigator === 'undefined' || !('gpu' in navigator)) return null;
  return navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
}

/** True where the adapter computes on the CPU (a fallback adapter, SwiftShader, lavapipe's llvmpipe). */
export function isSoftwareAdapter(adapter: GPUAdapter): boolean {
  const { vendor, architecture, description, isFallbackAdapter } = adapter.info;
  return isFallbackAdapter || /swiftshader|llvmpipe|software/i.test(`${vendor} ${architecture} ${description}`);
}

/** A device with all that the adapter has of what is used here; throws {@link BackendUnavailableError}. */
export async function openDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  const requiredLimits: Record<string, number> = {};
  for (const limit of WANTED_LIMITS) requiredLimits[limit] = adapter.limits[limit];
  try {
    return await adapter.requestDevice({
      requiredFeatures: WANTED_FEATURES.filter((feature) => adapter.features.has(feature)),
      requiredLimits,
    });
  } catch (cause) {
    throw new BackendUnavailableError('The graphics adapter gave no device.', { cause });
  }
}

/** "apple metal-3": vendor and architecture as far as the browser tells. */
export function adapterName(adapter: GPUAdapter): string {
  const { vendor, architecture } = adapter.info;
  return [vendor, architecture].filter((part) => part !== '').join(' ') || 'unnamed adapter';
}

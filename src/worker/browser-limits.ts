import type { DeviceLimits, Place } from '../run/device-limits.ts';
import type { DeviceInfo } from '../runtime/runtime.ts';
import { StorageUnavailableError } from '../storage/storage-errors.ts';
import type { Storage } from '../storage/storage.ts';

/** Share of a machine's memory that one tab can have without being ended. */
const memoryShare = 0.75;
/** Browsers tell of no more memory than one of these amounts, gigabytes (W3C Device Memory: the tiers changed in 2025). */
const memoryCaps = [8, 32];

/** Gigabytes as the browser tells them, rounded; null where it does not. */
function toldGigabytes(): number | null {
  const told: unknown = 'deviceMemory' in navigator ? navigator.deviceMemory : null;
  return typeof told === 'number' && told > 0 ? told : null;
}

async function freeStorage(storage: Storage): Promise<number | null> {
  try {
    const estimate = await storage.estimate();
    return estimate === null ? null : Math.max(0, estimate.quota - estimate.usage);
  } catch (error) {
    if (error instanceof StorageUnavailableError) return 0;
    throw error;
  }
}

/**
 * What this browser lets a run take. How much graphics memory there is no browser tells: it is at least one buffer of the
 * greatest size.
 */
export async function browserLimits({ backend, maxBindingBytes, details }: DeviceInfo, storage: Storage, pruneWorkers: number): Promise<DeviceLimits> {
  const gigabytes = toldGigabytes();
  const lowerBounds: Place[] = backend === 'webgpu' ? ['gpu'] : [];
  if (gigabytes !== null && memoryCaps.includes(gigabytes)) lowerBounds.push('memory');
  return {
    backend,
    maxBindingBytes,
    available: {
      gpu: backend === 'webgpu' ? Number(details['maxBufferSize'] ?? maxBindingBytes) : 0,
      memory: gigabytes === null ? null : gigabytes * 2 ** 30 * memoryShare,
      storage: await freeStorage(storage),
    },
    lowerBounds,
    pruneWorkers,
  };
}

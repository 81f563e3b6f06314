import { statfs } from 'node:fs/promises';
import { totalmem } from 'node:os';
import type { DeviceLimits } from '../run/device-limits.ts';
import type { DeviceInfo } from '../runtime/runtime.ts';

/** Share of the machine's memory that a run may take where nothing else was said. */
const memoryShare = 0.8;

export interface MachineLimitsOptions {
  /** Where scratch files go. */
  readonly folder: string;
  /** Bytes; default: most of what the machine has. */
  readonly memoryBytes: number | undefined;
  readonly pruneWorkers: number;
}

/** What this machine lets a run take. */
export async function machineLimits({ backend, maxBindingBytes }: DeviceInfo, options: MachineLimitsOptions): Promise<DeviceLimits> {
  const { bavail, bsize } = await statfs(options.folder);
  return {
    backend,
    maxBindingBytes,
    available: { gpu: 0, memory: options.memoryBytes ?? totalmem() * memoryShare, storage: bavail * bsize },
    lowerBounds: [],
    pruneWorkers: options.pruneWorkers,
  };
}

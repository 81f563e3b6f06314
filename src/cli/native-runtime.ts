import { availableParallelism } from 'node:os';
import type { Runtime } from '../runtime/runtime.ts';
import { createCpuRuntime } from '../runtime/wasm-runtime.ts';

/**
 * onnxruntime's native CPU build (a dev dependency), for studies of many runs: the same graphs, about twice as fast a core as
 * WASM. Sums are rounded in another order, so a search may part from its WASM twin where two candidates are nearly equal.
 */
export async function createNativeRuntime(threads = availableParallelism()): Promise<Runtime> {
  const ort = await import('onnxruntime-node');
  return createCpuRuntime(ort, {
    backend: 'wasm',
    label: `onnxruntime native, ${threads} threads`,
    reason: 'Native onnxruntime was chosen.',
    threads,
    maxBindingBytes: 2 ** 31,
    details: {},
  }, 'cpu');
}

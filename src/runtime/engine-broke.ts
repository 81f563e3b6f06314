import { causes, messageOf } from './causes.ts';
import { EngineStuckError } from './runtime-errors.ts';

/** As onnxruntime says that it was interrupted half-way, or has ended. */
const BROKEN = /another WebGPU EP inference session is being created|^Aborted\(|previous call to 'initWasm\(\)' failed/;

/**
 * Whether an error says that onnxruntime is of no use any longer in this worker: its program trapped, or a computation never ended. What
 * mends that is a new worker; a new device in the same one does not.
 */
export function engineBroke(error: unknown): boolean {
  for (const cause of causes(error)) {
    if (cause instanceof EngineStuckError || cause instanceof WebAssembly.RuntimeError || BROKEN.test(messageOf(cause))) return true;
  }
  return false;
}

import { causes, messageOf } from './causes.ts';
import { DeviceLostError, DeviceMemoryError } from './runtime-errors.ts';

export interface DeviceTrouble {
  readonly kind: 'lost' | 'out-of-memory';
  /** What happened, in a sentence. */
  readonly reason: string;
}

/** As browsers and onnxruntime say it where they have no class for it. */
const LOST = /device (?:is|was) lost|WebGPU device lost/i;
const NO_MEMORY = new RegExp(
  [
    'std::bad_alloc', // onnxruntime's heap: 4 GB is the end of WebAssembly's
    'SafeIntOnOverflow', // onnxruntime: bytes beyond what 32 bits count
    'failed to allocate (?:a buffer|memory)', // onnxruntime: a model, an arena
    'memory allocation failed',
    'failed to create GPU buffer',
    'too large for the implementation when mappedAtCreation', // Chromium
    'array buffer allocation failed', // V8
    'allocation size overflow', // Firefox
    'out of memory',
  ].join('|'),
  'i',
);

/**
 * Whether an error says that the device is gone or that memory ran out, on the device or in WebAssembly's heap: what a new device, or one
 * with smaller dispatches, may mend. Looks at causes and at errors of errors too, the earliest first. Null for anything else.
 */
export function deviceTroubleOf(error: unknown): DeviceTrouble | null {
  for (const cause of causes(error)) {
    const trouble = troubleOf(cause);
    if (trouble !== null) return trouble;
  }
  return null;
}

function troubleOf(error: object): DeviceTrouble | null {
  if (error instanceof DeviceLostError) return { kind: 'lost', reason: error.explanation.what };
  if (error instanceof DeviceMemoryError) return { kind: 'out-of-memory', reason: error.explanation.what };
  const message = messageOf(error);
  const outOfMemory = typeof GPUOutOfMemoryError !== 'undefined' && error instanceof GPUOutOfMemoryError;
  if (outOfMemory || NO_MEMORY.test(message)) return { kind: 'out-of-memory', reason: `Memory ran out: ${message}` };
  return LOST.test(message) ? { kind: 'lost', reason: `The graphics device was lost: ${message}` } : null;
}

import type { PreparedHessian } from './hessian.ts';
import { KernelMemory } from './simd/kernel-memory.ts';
import { runSliced } from './run-sliced.ts';
import { inPanels, panelsLength, takePanels } from './simd/panels.ts';
import { invertUpper, SWEEP } from './simd/sweep-inverse.ts';

/**
 * `(H_RR)^-1` `[kept, kept]`, upper triangle, made in float64 and rounded to float32; H is not changed. Yields while that lasts.
 * Returns null where H is not positive definite. Throws KernelMemoryError.
 */
export function* keptInverse({ matrix, columns }: PreparedHessian, kept: Int32Array): Generator<void, Float32Array | null> {
  const n = kept.length;
  const stride = inPanels(n);
  const deep = panelsLength(stride, SWEEP);
  const memory = new KernelMemory([stride * stride, deep, deep, panelsLength(SWEEP, SWEEP)]);
  const h = { ...memory.take(stride * stride), stride };
  for (let i = n; i < stride; i++) h.data[i * (stride + 1)] = 1;
  for (let i = 0; i < n; i++) {
    const row = kept[i]! * columns;
    for (let j = i; j < n; j++) h.data[i * stride + j] = matrix[row + kept[j]!]!;
  }
  const room = { cross: takePanels(memory, stride, SWEEP), y: takePanels(memory, stride, SWEEP), factor: takePanels(memory, SWEEP, SWEEP) };
  if (!(yield* invertUpper(memory, h, stride, room))) return null;
  const inverse = new Float32Array(n * n);
  for (let i = 0; i < n; i++) inverse.set(h.data.subarray(i * stride + i, i * stride + n), i * n + i);
  return inverse;
}

/** Makes {@link keptInverse} somewhere: on this thread or on workers. Aborting ends it with the signal's reason. */
export type KeptInverter = (hessian: PreparedHessian, kept: Int32Array, signal?: AbortSignal) => Promise<Float32Array | null>;

/** On this thread, in slices between which the event loop runs. */
export const invertInline: KeptInverter = (hessian, kept, signal) => runSliced(keptInverse(hessian, kept), { signal });

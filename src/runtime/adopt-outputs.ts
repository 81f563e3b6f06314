import type { Tensor as OrtTensor } from 'onnxruntime-web';
import type { Tensor } from './runtime.ts';

/** Adopts every output of a run, or none: if one is refused, those before it and after it are freed. */
export function adoptOutputs(
  outputs: Readonly<Record<string, OrtTensor>>,
  adopt: (name: string, output: OrtTensor) => Tensor,
): Record<string, Tensor> {
  const waiting = new Map(Object.entries(outputs));
  const adopted: Record<string, Tensor> = {};
  try {
    for (const [name, output] of waiting) {
      adopted[name] = adopt(name, output);
      waiting.delete(name);
    }
    return adopted;
  } catch (error) {
    for (const tensor of Object.values(adopted)) tensor.dispose();
    for (const output of waiting.values()) output.dispose();
    throw error;
  }
}

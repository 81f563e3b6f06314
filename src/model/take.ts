import type { Tensor } from '../runtime/runtime.ts';

/** An output of a program by name. Throws RangeError if the program has none of that name. */
export function take(outputs: Readonly<Record<string, Tensor>>, name: string): Tensor {
  const tensor = outputs[name];
  if (tensor === undefined) throw new RangeError(`no output ${name} among ${Object.keys(outputs).join(', ')}`);
  return tensor;
}

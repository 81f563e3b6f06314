import { expectedTensors } from './expected-tensors.ts';
import type { ModelSpec } from './spec.ts';
import type { WeightSource } from './weights.ts';

/** A source whose tensors are at hand whole: rows are cut out of them. */
export function wholeSource(spec: ModelSpec, read: (name: string) => Promise<Float32Array>): WeightSource {
  const shapes = expectedTensors(spec);
  return {
    spec,
    read,
    readRows: async (name, start, end) => {
      const [rows = 0] = shapes.get(name) ?? [];
      const values = await read(name);
      const width = values.length / rows;
      return values.slice(start * width, end * width);
    },
  };
}

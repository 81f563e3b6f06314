import { isStoredTurned, neededTensors } from '../model/expected-tensors.ts';
import type { ModelSpec } from '../model/spec.ts';
import type { Graph, Value } from '../onnx/graph.ts';
import { transpose } from './transpose.ts';

/** Values of a tensor by its full Hugging Face name, in the Hugging Face layout and the shapes of the pruned model. */
export type ReadTensor = (name: string) => Promise<Float32Array>;

/** The weights of a graph under construction: initializers by their Hugging Face names. */
export class StoredWeights {
  readonly #values: ReadonlyMap<string, Value>;

  private constructor(values: ReadonlyMap<string, Value>) {
    this.#values = values;
  }

  /**
   * Reads every weight that the model needs, one at a time, and stores it in the graph. Arrays that need no transposing
   * are kept, not copied. Throws ShapeMismatchError when an array has not the size that the spec asks for.
   */
  static async store(graph: Graph, spec: ModelSpec, readTensor: ReadTensor): Promise<StoredWeights> {
    const values = new Map<string, Value>();
    for (const [name, shape] of neededTensors(spec)) {
      const data = await readTensor(name);
      const [rows, columns] = shape;
      if (rows !== undefined && columns !== undefined && isStoredTurned(name)) {
        values.set(name, graph.initializer(name, 'float32', [columns, rows], transpose(data, rows, columns))); // [in, out]
      } else {
        values.set(name, graph.initializer(name, 'float32', shape, data));
      }
    }
    return new StoredWeights(values);
  }

  get(name: string): Value {
    const value = this.#values.get(name);
    if (value === undefined) throw new RangeError(`no weight ${name}`);
    return value;
  }

  /** A weight that only some models have. */
  find(name: string): Value | undefined {
    return this.#values.get(name);
  }
}

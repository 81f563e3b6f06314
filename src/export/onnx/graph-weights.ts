import { isStoredTurned, neededTensors } from '../../model/expected-tensors.ts';
import type { WeightSource } from '../../model/weights.ts';
import { fourBitNames } from '../../onnx/four-bit-names.ts';
import type { Graph, Value } from '../../onnx/graph.ts';
import { matMul, matMulNBits } from '../../onnx/ops.ts';
import type { FourBitMatrix } from '../../onnx/ops.ts';
import { BLOCK, blocksOf } from '../quantise.ts';
import { isFourBit } from './onnx-precision.ts';
import type { WeightStorage } from './onnx-precision.ts';
import { floatPieces, fourBitPieces, turnedPieces } from './stored-pieces.ts';
import type { SourceTensor } from './stored-pieces.ts';

/**
 * The weights of a graph under construction: initializers by their Hugging Face names. Nothing is read before the file is
 * written. Projections that are not in 4 bits are stored turned, `[in, out]`, as MatMul wants them.
 */
export class GraphWeights {
  readonly #floats = new Map<string, Value>();
  readonly #fourBits = new Map<string, FourBitMatrix>();
  readonly #storage: WeightStorage;

  constructor(graph: Graph, source: WeightSource, storage: WeightStorage) {
    this.#storage = storage;
    for (const [name, shape] of neededTensors(source.spec)) this.#store(graph, { source, name, shape });
  }

  #store(graph: Graph, tensor: SourceTensor): void {
    const { name, shape } = tensor;
    const { type } = this.#storage;
    const [rows = 1, columns = 1] = shape;
    if (isFourBit(this.#storage, name)) {
      const { packed, scales } = fourBitPieces(tensor, rows, columns, type);
      const names = fourBitNames(name);
      const blocks = blocksOf(columns);
      this.#fourBits.set(name, {
        packed: graph.initializer(names.packed, 'uint8', [rows, blocks, BLOCK / 2], packed),
        scales: graph.initializer(names.scales, type, [rows, blocks], scales),
        columns,
      });
    } else if (isStoredTurned(name)) {
      this.#floats.set(name, graph.initializer(name, type, [columns, rows], turnedPieces(tensor, rows, columns, type)));
    } else {
      this.#floats.set(name, graph.initializer(name, type, shape, floatPieces(tensor, type)));
    }
  }

  /** A weight that is stored as floats. */
  get(name: string): Value {
    const value = this.#floats.get(name);
    if (value === undefined) throw new RangeError(`no weight ${name}`);
    return value;
  }

  /** A weight that only some models have. */
  find(name: string): Value | undefined {
    return this.#floats.get(name);
  }

  /** A weight if it is in 4 bits. */
  findFourBits(name: string): FourBitMatrix | undefined {
    return this.#fourBits.get(name);
  }

  /** `x W^T` with a projection `W [out, in]`, however it is stored. x `[batch, sequence, in]` */
  project(graph: Graph, name: string, x: Value): Value {
    const matrix = this.findFourBits(name);
    return matrix ? matMulNBits(graph, x, matrix) : matMul(graph, x, this.get(name));
  }
}

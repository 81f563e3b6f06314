import type { Runtime, Tensor } from '../runtime/runtime.ts';
import { rotaryTables } from './rotary-tables.ts';
import type { ModelSpec } from './spec.ts';
import type { TokenBatch } from './weights.ts';

/** Added to the score of a position that must not be seen. Finite, because GPUs need not keep infinities. */
const UNSEEN = -1e9;

type BatchShape = Pick<TokenBatch, 'sequences' | 'length'>;

/** What attention needs to know of a batch's shape; the names are those of the graph's inputs. */
export interface AttentionTensors {
  readonly headShape: Tensor;
  readonly cosines: Tensor;
  readonly sines: Tensor;
  readonly mask: Tensor;
}

/** Tensors that follow from shapes alone: made once for each shape, owned here. */
export class ShapeTensors implements Disposable {
  readonly #runtime: Runtime;
  readonly #spec: ModelSpec;
  readonly #attention = new Map<string, AttentionTensors>();
  readonly #expand = new Map<string, Tensor>();
  readonly #lossWeights = new Map<string, Tensor>();

  constructor(runtime: Runtime, spec: ModelSpec) {
    this.#runtime = runtime;
    this.#spec = spec;
  }

  /** Borrowed. */
  attention(shape: BatchShape): AttentionTensors {
    return cached(this.#attention, key(shape), () => this.#makeAttention(shape));
  }

  /** `[query_heads, kv_heads]`, 1 where the query head reads the KV head; borrowed. */
  expand(queryGroups: readonly number[]): Tensor {
    return cached(this.#expand, queryGroups.join(), () => {
      const owners = queryGroups.flatMap((size, group) => Array<number>(size).fill(group)); // KV head of each query head
      const matrix = new Float32Array(owners.length * queryGroups.length);
      owners.forEach((group, head) => (matrix[head * queryGroups.length + group] = 1));
      return this.#runtime.upload(matrix, [owners.length, queryGroups.length]);
    });
  }

  /** `[tokens]`: the mean over all positions that have a next token; borrowed. */
  lossWeights(shape: BatchShape): Tensor {
    const { sequences, length } = shape;
    return cached(this.#lossWeights, key(shape), () => {
      const share = 1 / (sequences * (length - 1));
      const weights = Float32Array.from({ length: sequences * length }, (_, index) => (index % length === length - 1 ? 0 : share));
      return this.#runtime.upload(weights, [weights.length]);
    });
  }

  #makeAttention({ sequences, length }: BatchShape): AttentionTensors {
    const { headDim, rotary } = this.#spec;
    const half = headDim / 2;
    const { cosines, sines } = rotaryTables(length, headDim, rotary.theta);
    const mask = Float32Array.from({ length: length * length }, (_, index) => (index % length > Math.floor(index / length) ? UNSEEN : 0));
    return {
      headShape: this.#runtime.upload(BigInt64Array.of(BigInt(sequences), BigInt(length), -1n, BigInt(headDim)), [4]),
      cosines: this.#runtime.upload(repeat(cosines, sequences), [sequences, length, half]),
      sines: this.#runtime.upload(repeat(sines, sequences), [sequences, length, half]),
      mask: this.#runtime.upload(mask, [length, length]),
    };
  }

  [Symbol.dispose](): void {
    for (const { headShape, cosines, sines, mask } of this.#attention.values()) {
      for (const tensor of [headShape, cosines, sines, mask]) tensor.dispose();
    }
    for (const tensor of [...this.#expand.values(), ...this.#lossWeights.values()]) tensor.dispose();
    for (const cache of [this.#attention, this.#expand, this.#lossWeights]) cache.clear();
  }
}

const key = ({ sequences, length }: BatchShape): string => `${sequences}x${length}`;

function cached<T>(cache: Map<string, T>, name: string, make: () => T): T {
  const known = cache.get(name);
  if (known !== undefined) return known;
  const made = make();
  cache.set(name, made);
  return made;
}

function repeat(values: Float32Array, times: number): Float32Array {
  const repeated = new Float32Array(values.length * times);
  for (let index = 0; index < times; index++) repeated.set(values, index * values.length);
  return repeated;
}

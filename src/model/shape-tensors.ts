import type { Runtime, Tensor } from '../runtime/runtime.ts';
import { QUERY_BLOCKS } from './graphs/attention-graph.ts';
import { rotaryTables } from './rotary-tables.ts';
import type { ModelSpec } from './spec.ts';
import type { TokenBatch } from './weights.ts';

/** Added to the score of a position that must not be seen. Finite, because GPUs need not keep infinities. */
const UNSEEN = -1e9;

export type BatchShape = Pick<TokenBatch, 'sequences' | 'length'>;

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
  readonly #positions = new Map<string, Omit<AttentionTensors, 'mask'>>();
  readonly #masks = new Map<string, Tensor>();
  readonly #expand = new Map<string, Tensor>();
  readonly #bounds = new Map<string, Tensor>();

  constructor(runtime: Runtime, spec: ModelSpec) {
    this.#runtime = runtime;
    this.#spec = spec;
  }

  /** For a layer with a sliding window of so many positions, or null; borrowed. */
  attention(shape: BatchShape, window: number | null): AttentionTensors {
    const { length } = shape;
    const reach = Math.min(window ?? length, length);
    return {
      ...cached(this.#positions, key(shape), () => this.#makePositions(shape)),
      mask: cached(this.#masks, `${length}/${reach}`, () => this.#runtime.upload(causalMask(length, length, reach), [length, length])),
    };
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

  /** Where blocks of a sequence's queries begin, and its length: int64 `[QUERY_BLOCKS + 1]`; borrowed. The sequence has that many positions at least. */
  queryBounds(length: number): Tensor {
    return cached(this.#bounds, String(length), () => {
      const bounds = Array.from({ length: QUERY_BLOCKS + 1 }, (_, block) => BigInt(Math.ceil((block * length) / QUERY_BLOCKS)));
      return this.#runtime.upload(BigInt64Array.from(bounds), [bounds.length]);
    });
  }

  #makePositions({ sequences, length }: BatchShape): Omit<AttentionTensors, 'mask'> {
    const { headDim, rotary } = this.#spec;
    const half = headDim / 2;
    const { cosines, sines } = rotaryTables(length, headDim, rotary);
    return {
      headShape: uploadHeadShape(this.#runtime, sequences, length, headDim),
      cosines: this.#runtime.upload(repeat(cosines, sequences), [sequences, length, half]),
      sines: this.#runtime.upload(repeat(sines, sequences), [sequences, length, half]),
    };
  }

  [Symbol.dispose](): void {
    for (const { headShape, cosines, sines } of this.#positions.values()) {
      for (const tensor of [headShape, cosines, sines]) tensor.dispose();
    }
    for (const cache of [this.#masks, this.#expand, this.#bounds]) for (const tensor of cache.values()) tensor.dispose();
    for (const cache of [this.#positions, this.#masks, this.#expand, this.#bounds]) cache.clear();
  }
}

/** What attention needs to know of `length` positions of one sequence that follow on `past` others. Owns its tensors: no shape comes twice. */
export class FollowingTensors implements Disposable {
  readonly #runtime: Runtime;
  readonly #length: number;
  readonly #positions: number;
  readonly #turns: Omit<AttentionTensors, 'mask'>;
  readonly #masks = new Map<string, Tensor>();

  constructor(runtime: Runtime, { headDim, rotary }: ModelSpec, past: number, length: number) {
    this.#runtime = runtime;
    this.#length = length;
    this.#positions = past + length;
    const half = headDim / 2;
    const { cosines, sines } = rotaryTables(this.#positions, headDim, rotary, past);
    this.#turns = {
      headShape: uploadHeadShape(runtime, 1, length, headDim),
      cosines: runtime.upload(cosines, [1, length, half]),
      sines: runtime.upload(sines, [1, length, half]),
    };
  }

  /** For a layer with a sliding window of so many positions, or null; borrowed. */
  attention(window: number | null): AttentionTensors {
    const [length, positions] = [this.#length, this.#positions];
    const reach = Math.min(window ?? positions, positions);
    const mask = cached(this.#masks, String(reach), () => this.#runtime.upload(causalMask(length, positions, reach), [length, positions]));
    return { ...this.#turns, mask };
  }

  [Symbol.dispose](): void {
    for (const tensor of [...Object.values(this.#turns), ...this.#masks.values()]) tensor.dispose();
  }
}

const uploadHeadShape = (runtime: Runtime, sequences: number, length: number, headDim: number): Tensor =>
  runtime.upload(BigInt64Array.of(BigInt(sequences), BigInt(length), -1n, BigInt(headDim)), [4]);

/**
 * `[length, positions]`, the last `length` of so many positions: 0 where the position of the row may see that of the column,
 * itself and the `reach - 1` before it.
 */
function causalMask(length: number, positions: number, reach: number): Float32Array<ArrayBuffer> {
  const mask = new Float32Array(length * positions).fill(UNSEEN);
  for (let row = 0; row < length; row++) {
    const position = positions - length + row;
    mask.fill(0, row * positions + Math.max(0, position - reach + 1), row * positions + position + 1);
  }
  return mask;
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

import { ExplainedError } from '../base/explained-error.ts';
import type { Runtime, Tensor } from '../runtime/runtime.ts';
import { neededTensors } from './expected-tensors.ts';
import { EMBEDDING, FINAL_NORM, fullName, HEAD } from './parameters.ts';
import { tileRanges } from './table.ts';
import type { Table, Tile } from './table.ts';
import { moduleIds, outputColumns } from './spec.ts';
import type { ModelSpec, ModuleId } from './spec.ts';
import type { ModelWeights, ModuleWeights, WeightSource } from './weights.ts';

/** A source gave another number of values than the spec asks for. */
export class WeightSizeError extends ExplainedError {
  constructor(name: string, expected: number, found: number) {
    super({
      what: `${name} should have ${expected} values and has ${found}.`,
      means: 'The model was not loaded.',
      remedy: 'Check that config.json and the weights belong together, and load the model again.',
    });
  }
}

/** A whole model on the device, with its tensors; freed with `using`. */
export class DenseWeights implements Disposable {
  readonly weights: ModelWeights;
  readonly #tensors: readonly Tensor[];

  private constructor(weights: ModelWeights, tensors: readonly Tensor[]) {
    this.weights = weights;
    this.#tensors = tensors;
  }

  /**
   * Reads and uploads one tensor at a time, and embedding and head in tiles that the device can bind, so that the host holds
   * no second copy of the model. Throws {@link WeightSizeError} and what the source throws; then nothing stays on the device.
   */
  static async load(runtime: Runtime, source: WeightSource): Promise<DenseWeights> {
    const made: Tensor[] = [];
    const upload = (name: string, values: Float32Array, shape: readonly number[]): Tensor => {
      const size = shape.reduce((product, dim) => product * dim, 1);
      if (values.length !== size) throw new WeightSizeError(name, size, values.length);
      const tensor = runtime.upload(values, shape);
      made.push(tensor);
      return tensor;
    };
    try {
      const tensors = new Map<string, Tensor>();
      const tables = new Map<string, Table>();
      for (const [name, shape] of neededTensors(source.spec)) {
        if (name === EMBEDDING || name === HEAD) tables.set(name, await loadTable(runtime, source, name, upload));
        else tensors.set(name, upload(name, await source.read(name), shape));
      }
      return new DenseWeights(assemble(source.spec, tensors, tables), made);
    } catch (error) {
      for (const tensor of made) tensor.dispose();
      throw error;
    }
  }

  [Symbol.dispose](): void {
    for (const tensor of this.#tensors) tensor.dispose();
  }
}

/** A table `[vocabulary, d]`, a tile at a time. */
async function loadTable(
  runtime: Runtime,
  source: WeightSource,
  name: string,
  upload: (name: string, values: Float32Array, shape: readonly number[]) => Tensor,
): Promise<Table> {
  const { vocabulary, hidden } = source.spec;
  const tiles: Tile[] = [];
  for (const range of tileRanges(vocabulary, hidden * Float32Array.BYTES_PER_ELEMENT, runtime.info.maxBindingBytes)) {
    const { start, end } = range;
    tiles.push({ ...range, tensor: upload(name, await source.readRows(name, start, end), [end - start, hidden]) });
  }
  return tiles;
}

function assemble(spec: ModelSpec, tensors: ReadonlyMap<string, Tensor>, tables: ReadonlyMap<string, Table>): ModelWeights {
  const embedding = required(tables, EMBEDDING);
  return {
    spec,
    embedding,
    finalNorm: required(tensors, FINAL_NORM),
    head: spec.tiedHead ? embedding : required(tables, HEAD),
    modules: moduleIds(spec).map((id) => moduleOf(spec, id, tensors)),
  };
}

function required<T>(all: ReadonlyMap<string, T>, name: string): T {
  const found = all.get(name);
  if (found === undefined) throw new RangeError(`no tensor ${name}`);
  return found;
}

function moduleOf(spec: ModelSpec, id: ModuleId, all: ReadonlyMap<string, Tensor>): ModuleWeights | null {
  const shape = spec.layers[id.layer];
  if (shape === undefined || outputColumns(spec, id) === 0) return null;
  const parts = id.kind === 'attention' ? ['input_layernorm.', 'self_attn.'] : ['post_attention_layernorm.', 'mlp.'];
  const prefix = fullName(id.layer, '');
  const tensors: Record<string, Tensor> = {};
  for (const [name, tensor] of all) {
    if (parts.some((part) => name.startsWith(prefix + part))) tensors[name.slice(prefix.length)] = tensor;
  }
  return id.kind === 'attention'
    ? { kind: 'attention', layer: id.layer, queryGroups: shape.queryGroups, tensors }
    : { kind: 'mlp', layer: id.layer, channels: shape.channels, tensors };
}

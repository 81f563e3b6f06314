import { ExplainedError } from '../base/explained-error.ts';
import type { Runtime, Tensor } from '../runtime/runtime.ts';
import { expectedTensors } from './expected-tensors.ts';
import { EMBEDDING, FINAL_NORM, fullName, HEAD } from './parameters.ts';
import { kvHeads, moduleIds, queryHeads } from './spec.ts';
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
   * Reads and uploads one tensor at a time, so that the host holds no second copy of the model.
   * Throws {@link WeightSizeError} and what the source throws; then nothing stays on the device.
   */
  static async load(runtime: Runtime, source: WeightSource): Promise<DenseWeights> {
    const tensors = new Map<string, Tensor>();
    try {
      const needed = neededTensors(source.spec);
      for (const [name, shape] of needed) {
        const values = await source.read(name);
        const size = shape.reduce((product, dim) => product * dim, 1);
        if (values.length !== size) throw new WeightSizeError(name, size, values.length);
        tensors.set(name, runtime.upload(values, shape));
      }
      return new DenseWeights(assemble(source.spec, tensors), [...tensors.values()]);
    } catch (error) {
      for (const tensor of tensors.values()) tensor.dispose();
      throw error;
    }
  }

  [Symbol.dispose](): void {
    for (const tensor of this.#tensors) tensor.dispose();
  }
}

/** The model's tensors without the norms of removed modules, which nothing reads. */
function neededTensors(spec: ModelSpec): Map<string, readonly number[]> {
  const needed = new Map(expectedTensors(spec));
  for (const id of moduleIds(spec)) if (isRemoved(spec, id)) needed.delete(fullName(id.layer, NORMS[id.kind]));
  return needed;
}

const NORMS = { attention: 'input_layernorm.weight', mlp: 'post_attention_layernorm.weight' } as const;

function isRemoved(spec: ModelSpec, { layer, kind }: ModuleId): boolean {
  const shape = spec.layers[layer];
  return shape === undefined || (kind === 'attention' ? queryHeads(shape) === 0 || kvHeads(shape) === 0 : shape.channels === 0);
}

function assemble(spec: ModelSpec, tensors: ReadonlyMap<string, Tensor>): ModelWeights {
  const at = (name: string): Tensor => {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new RangeError(`no tensor ${name}`);
    return tensor;
  };
  const embedding = at(EMBEDDING);
  return {
    spec,
    embedding,
    finalNorm: at(FINAL_NORM),
    head: spec.tiedHead ? embedding : at(HEAD),
    modules: moduleIds(spec).map((id) => moduleOf(spec, id, tensors)),
  };
}

function moduleOf(spec: ModelSpec, id: ModuleId, all: ReadonlyMap<string, Tensor>): ModuleWeights | null {
  const shape = spec.layers[id.layer];
  if (shape === undefined || isRemoved(spec, id)) return null;
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

import { moduleIds } from '../model/spec.ts';
import type { ModelSpec, ModuleId } from '../model/spec.ts';
import { HessianAccumulator } from './hessian.ts';
import { moduleName, outputColumns } from './prune-module.ts';

/** The Hessians of all modules of a model while it is calibrated; each is given away once. */
export class CalibrationHessians {
  readonly #accumulators = new Map<string, HessianAccumulator>();

  constructor(spec: ModelSpec) {
    for (const id of moduleIds(spec)) {
      const columns = outputColumns(spec, id);
      if (columns > 0) this.#accumulators.set(key(id), new HessianAccumulator(moduleName(id), columns));
    }
  }

  /** Adds `X^T X` `[columns, columns]` of a module's output projection inputs over `tokens` tokens; see {@link HessianAccumulator.add}. */
  add(id: ModuleId, gram: Float32Array, tokens: number): void {
    this.#of(id).add(gram, tokens);
  }

  /** What a user should know about this calibration, by module. */
  notes(): string[] {
    return [...this.#accumulators.values()].flatMap(({ note }) => (note === null ? [] : [note]));
  }

  /** `H` of a module, which passes to the caller: its memory is no longer held here. */
  take(id: ModuleId): Float64Array<ArrayBuffer> {
    const hessian = this.#of(id).take();
    this.#accumulators.delete(key(id));
    return hessian;
  }

  #of(id: ModuleId): HessianAccumulator {
    const accumulator = this.#accumulators.get(key(id));
    if (accumulator === undefined) throw new RangeError(`no Hessian of ${moduleName(id)}: it is removed, or was taken already`);
    return accumulator;
  }
}

const key = ({ layer, kind }: ModuleId): string => `${layer}.${kind}`;

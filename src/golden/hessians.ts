import { moduleIds } from '../model/spec.ts';
import type { ModuleId } from '../model/spec.ts';
import type { ModuleWeights, TokenBatch } from '../model/weights.ts';
import { CalibrationHessians } from '../pruning/calibration-hessians.ts';
import { outputColumns, outputProjection } from '../pruning/prune-module.ts';
import { readFloats } from '../runtime/runtime.ts';
import type { Tensor } from '../runtime/runtime.ts';
import type { Engine } from './engine.ts';
import type { GoldenFolder } from './golden-folder.ts';

/** Name of a module in golden folders: `model.layers.0.mlp.down_proj`. */
export const goldenModuleName = (id: ModuleId): string => outputProjection(id).replace(/\.weight$/, '');

/** Raw Hessians of all modules, by the module's name. */
export interface Hessians {
  /** `stored H` or `own H`, for the report. */
  readonly origin: string;
  /** A fresh copy `[columns, columns]`, before dead inputs and damping. */
  of(id: ModuleId): Float64Array<ArrayBuffer>;
}

function hessiansOf(origin: string, matrices: ReadonlyMap<string, Float64Array>): Hessians {
  const of = (id: ModuleId) => {
    const matrix = matrices.get(goldenModuleName(id));
    if (matrix === undefined) throw new RangeError(`no Hessian of ${goldenModuleName(id)}`);
    return Float64Array.from(matrix);
  };
  return { origin, of };
}

/** Those of the folder. */
export async function storedHessians({ spec, tensors }: GoldenFolder): Promise<Hessians> {
  const matrices = new Map<string, Float64Array>();
  for (const id of moduleIds(spec)) {
    const name = goldenModuleName(id);
    matrices.set(name, await tensors.matrix(`H/${name}`, outputColumns(spec, id)));
  }
  return hessiansOf('stored H', matrices);
}

/** Two batches where there are enough sequences, so that adding up is checked too. */
function halves({ ids, sequences, length }: TokenBatch): TokenBatch[] {
  const first = Math.ceil(sequences / 2);
  const parts = [
    { ids: ids.slice(0, first * length), sequences: first, length },
    { ids: ids.slice(first * length), sequences: sequences - first, length },
  ];
  return parts.filter((part) => part.sequences > 0);
}

/** Those of the engine's own calibration on the folder's calibration tokens. */
export async function ownHessians({ spec, calibration }: GoldenFolder, { runtime, transformer, dense }: Engine): Promise<Hessians> {
  const calibrated = new CalibrationHessians(spec);
  const through = async (module: ModuleWeights, x: Tensor, batch: TokenBatch): Promise<Tensor> => {
    using input = x; // [tokens, d]
    const { output, gram } = await transformer.calibrate(module, input, batch);
    using sum = gram; // [columns, columns]
    try {
      calibrated.add(module, await readFloats(runtime, sum), batch.ids.length);
    } catch (error) {
      output.dispose();
      throw error;
    }
    return output;
  };
  for (const batch of halves(calibration)) {
    let x = await transformer.embed(dense, batch);
    for (const module of dense.modules) if (module !== null) x = await through(module, x, batch);
    x.dispose();
  }
  return hessiansOf('own H', new Map(moduleIds(spec).map((id) => [goldenModuleName(id), calibrated.take(id)])));
}

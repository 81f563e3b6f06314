import { moduleIds, outputColumns } from '../model/spec.ts';
import type { ModuleId } from '../model/spec.ts';
import { calibrate } from '../pruning/calibrate.ts';
import { outputProjection } from '../pruning/prune-module.ts';
import { MemoryStorage } from '../storage/memory-storage.ts';
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

/** Those of the engine's own calibration on the folder's tokens, in two batches where it can be, so that adding up is checked. */
export async function ownHessians({ spec, calibration }: GoldenFolder, { runtime, transformer, dense }: Engine): Promise<Hessians> {
  const sequencesPerBatch = Math.ceil(calibration.sequences / 2);
  const batches = calibrate({ runtime, transformer, dense, tokens: calibration, sequencesPerBatch, storage: new MemoryStorage() });
  let next = await batches.next();
  while (next.done !== true) next = await batches.next();
  await using calibrated = next.value;
  const matrices = new Map<string, Float64Array>();
  for (const id of moduleIds(spec)) matrices.set(goldenModuleName(id), await calibrated.take(id));
  return hessiansOf('own H', matrices);
}

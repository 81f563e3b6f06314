import { outcomeOf } from '../base/outcome-of.ts';
import type { Scope } from '../base/scope.ts';
import { DenseWeights } from '../model/dense-weights.ts';
import { Transformer } from '../model/transformer.ts';
import type { ModelWeights } from '../model/weights.ts';
import { buildLevelDatabase } from '../pruning/build-database.ts';
import { calibrate } from '../pruning/calibrate.ts';
import type { LevelDatabase } from '../pruning/level-database.ts';
import { LevelWeights } from '../pruning/level-weights.ts';
import { ModuleCache } from '../pruning/materialise.ts';
import { outputProjection } from '../pruning/prune-module.ts';
import { splitText } from '../sources/split-text.ts';
import type { TokenSequences } from '../sources/token-sequences.ts';
import { MemoryStorage } from '../storage/memory-storage.ts';
import type { BenchContext } from './bench.ts';

/** The bundled model, cut into levels and ready to be searched. */
export interface TrialModel {
  readonly transformer: Transformer;
  readonly dense: ModelWeights;
  readonly database: LevelDatabase;
  readonly modules: ModuleCache;
  /** Sequences of 256 tokens of the training text that the levels know nothing of. */
  readonly fitness: TokenSequences;
}

const length = 256;
const tokens = { quick: { calibration: 4096, fitness: 4096 }, full: { calibration: 16_384, fitness: 16_384 } } as const;

/** Calibrates tales-6m and cuts it by KV group, as a run does; the scope owns what is on the device. */
export async function trialModel({ runtime, effort, executor, model, text }: BenchContext, scope: Scope): Promise<TrialModel> {
  const { spec, weights: source, tokenizer } = await model();
  const { calibration, fitness } = await splitText(await text(), tokenizer, tokens[effort], length);
  const transformer = scope.own(await Transformer.create(runtime, spec));
  const { weights: dense } = scope.own(await DenseWeights.load(runtime, source));
  const hessians = scope.own(await outcomeOf(calibrate({ runtime, transformer, dense, tokens: calibration, sequencesPerBatch: 8, storage: new MemoryStorage() })));
  const database = await outcomeOf(
    buildLevelDatabase({
      spec,
      granularity: 'kv-group',
      K: 10,
      damping: 0.01,
      takeHessian: (id) => hessians.take(id),
      readOutputWeight: (id) => source.read(outputProjection(id)),
      executor,
      weights: scope.own(LevelWeights.inMemory()),
      concurrency: 1,
    }),
  );
  const modules = scope.own(new ModuleCache({ runtime, dense, database, budgetBytes: 64 << 20 }));
  return { transformer, dense, database, modules, fitness };
}

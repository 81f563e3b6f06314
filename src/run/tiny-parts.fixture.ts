import { outcomeOf } from '../base/outcome-of.ts';
import type { Scope } from '../base/scope.ts';
import { DenseWeights } from '../model/dense-weights.ts';
import { moduleIds } from '../model/spec.ts';
import { Transformer } from '../model/transformer.ts';
import type { WeightSource } from '../model/weights.ts';
import { buildLevelDatabase } from '../pruning/build-database.ts';
import { calibrate } from '../pruning/calibrate.ts';
import { LevelWeights } from '../pruning/level-weights.ts';
import { ModuleCache } from '../pruning/materialise.ts';
import { outputProjection } from '../pruning/prune-module.ts';
import { pruneInline } from '../pruning/prune-executor.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { planCorpus } from './corpus.ts';
import { DenseStates } from './dense-states.ts';
import type { MeasuringOptions } from './measured-stage.ts';
import { parseRunConfig } from './parse-config.ts';
import { tinyContext, tinyRun } from './tiny-run.fixture.ts';

/** The tiny model's weights with a tenth of its logits: as it is, it is surer of what is wrong than any model that was trained. */
export const calmed = (weights: WeightSource): WeightSource => ({
  ...weights,
  read: async (name) => {
    const weight = await weights.read(name);
    return name === 'model.norm.weight' ? weight.map((value) => value / 10) : weight;
  },
});

/** All that the measuring function takes, on the tiny model, and how many tokens it ran. */
export async function tinyParts(scope: Scope, runtime: Runtime, change = (weights: WeightSource): WeightSource => weights) {
  const config = parseRunConfig(tinyRun);
  const { context } = await tinyContext(runtime);
  const { spec, weights: given, tokenizer } = await context.openModel('', () => {});
  const source = change(given);
  const [training, heldOut] = await Promise.all([context.openText('training'), context.openText('held-out')]);
  const corpus = await planCorpus(config, spec, tokenizer, { training, heldOut }, () => {});
  const transformer = scope.own(await Transformer.create(runtime, spec));
  const { weights: dense } = scope.own(await DenseWeights.load(runtime, source));
  const hessians = await outcomeOf(calibrate({ runtime, transformer, dense, tokens: corpus.calibration, sequencesPerBatch: 4, storage: context.scratch }));
  const weights = scope.own(LevelWeights.inMemory());
  const database = await outcomeOf(
    buildLevelDatabase({
      spec,
      granularity: 'kv-group',
      K: 10,
      damping: 0.01,
      takeHessian: (id) => hessians.take(id),
      readOutputWeight: (id) => source.read(outputProjection(id)),
      executor: pruneInline,
      weights,
      concurrency: 1,
    }),
  );
  const modules = scope.own(new ModuleCache({ runtime, dense, database, budgetBytes: 1 << 26 }));
  const denseStates = scope.own(new DenseStates(runtime, transformer, dense, corpus.fitness, 1 << 26));
  const counted = { forward: 0 };
  const options: MeasuringOptions = {
    runtime,
    transformer,
    dense,
    modules,
    fitnessPool: corpus.fitness,
    denseStates,
    trainingPool: corpus.training,
    fitness: 'kl',
    earlyStop: null,
    trainEmbeddings: true,
    seed: 1,
    sequencesPerBatch: 3,
    stateBytes: 1 << 26,
    count: ({ forward = 0 }) => (counted.forward += forward),
  };
  const levels: readonly number[] = moduleIds(spec).map((_, index) => (index % 2 === 0 ? 1 : 5));
  return { config, options, counted, database, levels };
}

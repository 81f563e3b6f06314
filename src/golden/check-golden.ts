import { Scope } from '../base/scope.ts';
import { DenseWeights } from '../model/dense-weights.ts';
import { Transformer } from '../model/transformer.ts';
import type { Granularity, LevelDatabase } from '../pruning/level-database.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { FileSource } from '../sources/file-source.ts';
import { checkAdamW, checkFixedGradient } from './check-adamw.ts';
import { checkCandidates } from './check-candidates.ts';
import { checkDense } from './check-dense.ts';
import { checkDimensions } from './check-dimensions.ts';
import { checkGradients } from './check-gradients.ts';
import { checkHessians } from './check-hessians.ts';
import { checkPruning } from './check-pruning.ts';
import { Check } from './check.ts';
import type { Row } from './check.ts';
import type { Engine } from './engine.ts';
import { GoldenMalformedError } from './golden-errors.ts';
import { openGoldenFolder } from './golden-folder.ts';
import type { GoldenFolder } from './golden-folder.ts';
import { CandidateModels, denseModel } from './golden-models.ts';
import type { GoldenModel } from './golden-models.ts';
import { ownHessians, storedHessians } from './hessians.ts';
import type { Hessians } from './hessians.ts';

/** `dense` or `candidate.N`, the model of a variant such as `candidate.0.wd`. */
function modelOf(folder: GoldenFolder, variant: string): string {
  const model = /^(dense|candidate\.\d+)(\.|$)/.exec(variant)?.[1];
  const known = ['dense', ...folder.golden.candidates.map(({ index }) => `candidate.${index}`)];
  if (model === undefined || !known.includes(model)) {
    throw new GoldenMalformedError(folder.name, `"${variant}" is neither the dense model nor one of its candidates`);
  }
  return model;
}

/** What stands between `prefix` and the next slash in the names of tensors. */
function variantsBelow({ tensors }: GoldenFolder, prefix: string): string[] {
  return tensors.below(prefix).map((name) => name.split('/')[0] ?? '');
}

/** Gradients and training of one model, as far as golden.json or golden.safetensors speak of them. */
async function* checkTraining(folder: GoldenFolder, engine: Engine, model: GoldenModel): AsyncGenerator<Row> {
  const { no_gradient: without, adamw } = folder.golden;
  const ofModel = (variants: readonly string[]) => [...new Set(variants)].filter((variant) => modelOf(folder, variant) === model.name);
  const gradients = ofModel([...Object.keys(without), ...variantsBelow(folder, 'grad/')]);
  if (model.name === 'dense' || gradients.length > 0) yield* checkGradients(folder, engine, model);
  const trained = [...Object.keys(adamw?.weight_decay ?? {}), ...Object.keys(adamw?.losses ?? {}), ...variantsBelow(folder, 'adamw/')];
  for (const variant of ofModel(trained)) yield* checkAdamW(folder, engine, model, variant);
}

/** Everything that follows from one set of Hessians: level databases, candidates, their gradients and training. */
async function* checkOrigin(folder: GoldenFolder, engine: Engine, hessians: Hessians): AsyncGenerator<Row> {
  const databases = new Map<Granularity, LevelDatabase>();
  for (const granularity of folder.golden.granularities) databases.set(granularity, yield* checkPruning(folder, granularity, hessians));
  await using models = new CandidateModels(folder, engine, hessians.origin, databases);
  yield* checkCandidates(folder, engine, models);
  for (const candidate of folder.golden.candidates) yield* checkTraining(folder, engine, models.model(candidate));
}

/** Fails for a tensor of the folder that no check has read. */
function checkCoverage({ tensors }: GoldenFolder): Row {
  const check = Check.exact('tensors of the folder that were read');
  const unread = new Set(tensors.unread);
  for (const name of tensors.names) check.add(name, unread.has(name) ? 1 : 0);
  return check.row;
}

/**
 * Checks the engine on this runtime against a golden folder, every number of it, and yields a row for each kind of number.
 * Where the folder holds Hessians, what follows from them is checked twice: from those, and from the engine's own.
 * Frees all that it made, also when the consumer stops. Throws {@link GoldenMalformedError} and the errors of the
 * engine's parts; a check that fails is a row, not an error.
 */
export async function* checkGolden(source: FileSource, runtime: Runtime): AsyncGenerator<Row> {
  const folder = await openGoldenFolder(source);
  yield* checkDimensions(folder);
  await using scope = new Scope();
  const { weights: dense } = scope.own(await DenseWeights.load(runtime, folder.weights));
  const transformer = scope.own(await Transformer.create(runtime, folder.spec));
  const engine = { runtime, transformer, dense };
  yield* checkDense(folder, engine);
  yield* checkTraining(folder, engine, denseModel(folder, engine));
  yield* checkFixedGradient(folder, runtime);
  const [stored, own] = [await storedHessians(folder), await ownHessians(folder, engine)];
  yield* checkHessians(folder, stored, own);
  yield* checkOrigin(folder, engine, stored);
  yield* checkOrigin(folder, engine, own);
  yield checkCoverage(folder);
}

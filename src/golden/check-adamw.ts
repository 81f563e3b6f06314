import { Scope } from '../base/scope.ts';
import { expectedTensors } from '../model/expected-tensors.ts';
import { trainableTensors } from '../model/parameters.ts';
import type { ModelWeights } from '../model/weights.ts';
import { readFloats } from '../runtime/runtime.ts';
import type { Runtime, Tensor } from '../runtime/runtime.ts';
import { AdamWOptimizer } from '../training/adamw-optimizer.ts';
import { Check } from './check.ts';
import type { Row } from './check.ts';
import { difference, ratio, relativeError, symmetricDifference } from './difference.ts';
import type { Engine } from './engine.ts';
import { GoldenMalformedError } from './golden-errors.ts';
import type { GoldenFolder } from './golden-folder.ts';
import type { GoldenModel } from './golden-models.ts';

/** Parameters of a model by full name, read to the host; those that are not on the device are the dense ones. */
type Parameters = ReadonlyMap<string, { readonly values: Float32Array; readonly shape: readonly number[] }>;

async function readParameters(runtime: Runtime, weights: ModelWeights, { weights: source }: GoldenFolder): Promise<Parameters> {
  const trained = trainableTensors(weights);
  const values = new Map<string, { values: Float32Array; shape: readonly number[] }>();
  for (const [name, shape] of expectedTensors(weights.spec)) {
    const tensor = trained.get(name);
    // The norm of a removed module takes no part in training.
    values.set(name, tensor ? { values: await readFloats(runtime, tensor), shape: tensor.shape } : { values: await source.read(name), shape });
  }
  return values;
}

/** One optimizer step for each batch of the folder; returns the loss before each. */
async function train(folder: GoldenFolder, { runtime, transformer }: Engine, weights: ModelWeights, weightDecay: number): Promise<number[]> {
  using optimizer = new AdamWOptimizer(runtime, trainableTensors(weights), weightDecay);
  const losses: number[] = [];
  for (const batch of folder.steps) {
    const { loss, gradients } = await transformer.lossAndGradients(weights, batch);
    using freed = loss;
    try {
      await optimizer.step(gradients, folder.golden.adamw?.lr ?? Number.NaN);
    } finally {
      for (const gradient of gradients.values()) gradient.dispose();
    }
    losses.push((await readFloats(runtime, freed))[0] ?? Number.NaN);
  }
  return losses;
}

/** Largest norm of an error in proportion to the update that the reference made. */
function updateError(norm: number, start: ArrayLike<number> | undefined, trained: ArrayLike<number>): number {
  if (start?.length !== trained.length) return Infinity;
  let squares = 0;
  for (let index = 0; index < trained.length; index++) squares += ((trained[index] ?? Number.NaN) - (start[index] ?? Number.NaN)) ** 2;
  return ratio(norm, Math.sqrt(squares));
}

/**
 * The training steps of one variant (a model and a weight decay): the losses on the way and every parameter at the end.
 * @param variant as in the names of tensors: `dense`, `candidate.0`, `candidate.0.wd`
 */
export async function* checkAdamW(folder: GoldenFolder, engine: Engine, model: GoldenModel, variant: string): AsyncGenerator<Row> {
  const { name: folderName, golden, tensors, tolerance } = folder;
  const weightDecay = golden.adamw?.weight_decay[variant];
  if (weightDecay === undefined) throw new GoldenMalformedError(folderName, `golden.json states no adamw.weight_decay for ${variant}`);
  const label = `AdamW, ${variant}${model.suffix}`;
  const measured = (what: string, key: string) => new Check(what, key, tolerance(key));
  const loss = measured(`${label}, losses`, 'loss_rel');
  const [update, largest] = [measured(label, 'adamw_update_rel_l2'), measured(label, 'adamw_param_max_abs')];
  const names = Check.exact(`${label}, parameters`);

  using owned = await model.owned();
  const start = await readParameters(engine.runtime, owned.weights, folder);
  const losses = await train(folder, engine, owned.weights, weightDecay);
  const wanted = golden.adamw?.losses[variant] ?? [];
  if (wanted.length !== losses.length) loss.add('steps', Infinity);
  wanted.forEach((value, step) => loss.add(`step ${step + 1}`, relativeError(losses[step] ?? Number.NaN, value)));

  const end = await readParameters(engine.runtime, owned.weights, folder);
  const stored = new Set(tensors.below(`adamw/${variant}/`));
  names.add('names', symmetricDifference(end.keys(), stored).length);
  for (const [name, actual] of end) {
    if (!stored.has(name)) continue;
    const trained = await tensors.numbers(`adamw/${variant}/${name}`);
    const apart = difference(actual, trained);
    update.add(name, updateError(apart.norm, start.get(name)?.values, trained.values));
    largest.add(name, apart.maxAbs);
  }
  for (const check of [loss, names, update, largest]) yield check.row;
}

/** The optimizer alone: the steps from the dense weights with a stored gradient, the same each time. */
export async function* checkFixedGradient({ golden, tensors, spec, weights, steps }: GoldenFolder, runtime: Runtime): AsyncGenerator<Row> {
  if (golden.adamw?.fixed_gradient === undefined) return;
  const { lr, fixed_gradient: fixed } = golden.adamw;
  const shapes = expectedTensors(spec);
  const largest = new Check('AdamW, fixed gradient', 'tolerance_max_abs', fixed.tolerance_max_abs);
  const parameters = Check.exact('AdamW, fixed gradient, parameters');
  parameters.add('names', symmetricDifference(shapes.keys(), tensors.below(`${fixed.tensors}/`)).length);

  await using scope = new Scope();
  const upload = async (read: (name: string) => Promise<Float32Array>) => {
    const uploaded = new Map<string, Tensor>();
    for (const [name, shape] of shapes) uploaded.set(name, scope.own(runtime.upload(await read(name), shape)));
    return uploaded;
  };
  const trained = await upload((name) => weights.read(name));
  const gradients = await upload((name) => tensors.floats(`${fixed.gradient}/${name}`));
  const optimizer = scope.own(new AdamWOptimizer(runtime, trained, fixed.weight_decay));
  for (const _ of steps) await optimizer.step(gradients, lr);
  for (const [name, tensor] of trained) {
    const actual = { values: await readFloats(runtime, tensor), shape: tensor.shape };
    largest.add(name, difference(actual, await tensors.numbers(`${fixed.tensors}/${name}`)).maxAbs);
  }
  yield parameters.row;
  yield largest.row;
}

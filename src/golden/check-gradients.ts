import { expectedTensors } from '../model/expected-tensors.ts';
import { readFloats } from '../runtime/runtime.ts';
import { Check } from './check.ts';
import type { Row } from './check.ts';
import { difference, relativeError, symmetricDifference } from './difference.ts';
import type { Engine } from './engine.ts';
import type { GoldenFolder } from './golden-folder.ts';
import type { GoldenModel } from './golden-models.ts';

/** The loss and the gradient of every parameter of a model, and which parameters have none. */
export async function* checkGradients(folder: GoldenFolder, { runtime, transformer }: Engine, model: GoldenModel): AsyncGenerator<Row> {
  const { golden, tensors, batch, tolerance } = folder;
  const prefix = `grad/${model.name}/`;
  const label = model.name + model.suffix;
  const measured = (what: string, key: string) => new Check(`${what}, ${label}`, key, tolerance(key));
  const names = Check.exact(`parameters with a gradient, ${label}`);
  const loss = measured('loss of the gradients', 'loss_rel');
  const [relative, largest] = [measured('gradients', 'grad_rel_l2'), measured('gradients', 'grad_max_abs_over_max')];

  using lease = await model.lease();
  const { loss: mean, gradients } = await transformer.lossAndGradients(lease.weights, batch);
  using freed = mean;
  try {
    const [ce = Number.NaN] = await readFloats(runtime, freed);
    loss.add('loss', relativeError(ce, model.ce));
    const stored = new Set(tensors.below(prefix));
    names.add('with', symmetricDifference(gradients.keys(), stored).length);
    const without = [...expectedTensors(lease.weights.spec).keys()].filter((name) => !gradients.has(name));
    names.add('without', symmetricDifference(without, golden.no_gradient[model.name] ?? []).length);
    for (const [name, gradient] of gradients) {
      if (!stored.has(name)) continue;
      const actual = { values: await readFloats(runtime, gradient), shape: gradient.shape };
      const apart = difference(actual, await tensors.numbers(prefix + name));
      relative.add(name, apart.relative);
      largest.add(name, apart.maxAbsOverMax);
    }
  } finally {
    for (const gradient of gradients.values()) gradient.dispose();
  }
  for (const check of [names, loss, relative, largest]) yield check.row;
}

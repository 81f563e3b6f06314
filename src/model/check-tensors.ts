import { ExplainedError } from '../base/explained-error.ts';
import { isWeightDtype } from '../sources/tensor-file.ts';
import type { TensorFile } from '../sources/tensor-file.ts';
import { expectedTensors, neededTensors } from './expected-tensors.ts';
import type { ModelSpec } from './spec.ts';

/** The weights are not those of the config. */
export class WeightsMismatchError extends ExplainedError {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    const shown = problems.slice(0, 5);
    const more = problems.length > shown.length ? ` (and ${problems.length - shown.length} more)` : '';
    super({
      what: `The weights do not fit config.json: ${shown.join('; ')}${more}.`,
      means: 'No weight was loaded.',
      remedy: 'Take config.json and the weights from the same model and revision.',
    });
    this.problems = problems;
  }
}

/** Parts that some models of a family have and others not; if the config denies them, they would be left out in silence. */
const optionalPart = /^model\.layers\.\d+\.(self_attn|mlp)\.\w+(_proj\.bias|_norm\.weight)$/;

/**
 * Compares the header with the spec. The norms of removed modules may be there or not, since nothing reads them.
 * Throws {@link WeightsMismatchError}; returns the names that are not used.
 */
export function checkTensors(spec: ModelSpec, { tensors }: Pick<TensorFile, 'tensors'>): string[] {
  const expected = expectedTensors(spec);
  const needed = neededTensors(spec);
  const problems: string[] = [];
  for (const [name, shape] of expected) {
    const found = tensors.get(name);
    if (!found) {
      if (needed.has(name)) problems.push(`${name} is missing`);
    } else if (found.shape.join() !== shape.join()) {
      problems.push(`${name} is [${found.shape.join(', ')}] and should be [${shape.join(', ')}]`);
    } else if (!isWeightDtype(found.dtype)) problems.push(`${name} is stored as ${found.dtype}, not as F32, F16 or BF16`);
  }
  const unused = [...tensors.keys()].filter((name) => !expected.has(name)).map((name) => name.slice(0, 200));
  for (const name of unused) {
    if (optionalPart.test(name)) problems.push(`${name} is there, and config.json does not know of it`);
  }
  if (problems.length > 0) throw new WeightsMismatchError(problems);
  return unused;
}

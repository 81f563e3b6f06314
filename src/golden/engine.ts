import type { Transformer } from '../model/transformer.ts';
import type { ModelWeights } from '../model/weights.ts';
import type { Runtime } from '../runtime/runtime.ts';

/** The engine under test with a folder's dense model on its device; all borrowed. */
export interface Engine {
  readonly runtime: Runtime;
  readonly transformer: Transformer;
  readonly dense: ModelWeights;
}

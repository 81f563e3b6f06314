import type { Transformer } from '../model/transformer.ts';
import type { ModelWeights } from '../model/weights.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Tokenizer } from '../sources/tokenizer.ts';

/** The models of a run while they are on the device, for writing samples between two events. */
export interface LiveModels {
  readonly runtime: Runtime;
  readonly transformer: Transformer;
  readonly tokenizer: Tokenizer;
  readonly dense: ModelWeights;
  /** The parent so far, or the winner, borrowed until disposed. */
  readonly parent: () => Promise<{ readonly id: string; readonly weights: ModelWeights } & Disposable>;
}

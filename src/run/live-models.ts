import type { Transformer } from '../model/transformer.ts';
import type { ModelWeights } from '../model/weights.ts';
import type { Genome } from '../pruning/level-database.ts';
import type { ModelLease } from '../pruning/materialise.ts';
import type { ChatPrompt } from '../sources/chat-template.ts';
import type { Tokenizer } from '../sources/tokenizer.ts';

/** A model by the id of its candidate, until disposed; `postTrained`: it was trained on after the search. */
export interface NamedModel extends ModelLease {
  readonly id: string;
  readonly postTrained: boolean;
}

/** The models of a run while they are on the device, for writing samples between two events. */
export interface LiveModels {
  readonly transformer: Transformer;
  readonly tokenizer: Tokenizer;
  /** Null where the tokenizer has no chat template. */
  readonly chat: ChatPrompt | null;
  readonly dense: ModelWeights;
  /** The parent so far, or the winner, borrowed until disposed. */
  readonly parent: () => Promise<NamedModel>;
  /** Any candidate by its genome, as the database has it: not trained. Throws GenomeInvalidError, or what storage or runtime throw. */
  readonly candidate: (genome: Genome) => Promise<ModelLease>;
}

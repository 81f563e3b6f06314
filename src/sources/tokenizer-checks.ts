import * as v from 'valibot';
import { ExplainedError } from '../base/explained-error.ts';

/** tokenizer.json or tokenizer_config.json is not what its name says. */
export class TokenizerMalformedError extends ExplainedError {
  constructor(file: string, reason: string, options?: ErrorOptions) {
    super(
      {
        what: `${file} is no usable tokenizer: ${reason}.`,
        means: 'Without its tokenizer a model cannot read text; the model was not loaded.',
        remedy: 'Take tokenizer.json and tokenizer_config.json from the same place as the model, in the form of the Hugging Face "fast" tokenizers.',
      },
      options,
    );
  }
}

/** The tokenizer has ids for which the model has no embedding. */
export class TokenizerVocabularyError extends ExplainedError {
  constructor(token: string, id: number, vocabulary: number) {
    super({
      what: `The tokenizer does not fit the model: token ${JSON.stringify(token.slice(0, 40))} has id ${id}, but the model's vocabulary has only ${vocabulary} entries (ids 0 to ${vocabulary - 1}).`,
      means: 'The model would be fed ids that it does not know, so it was not loaded.',
      remedy: 'Use the tokenizer that the model was trained with; its largest id is below vocab_size of config.json.',
    });
  }
}

const addedTokenSchema = v.looseObject({ id: v.number(), content: v.pipe(v.string(), v.minLength(1)) });

const tokenizerSchema = v.looseObject({
  added_tokens: v.optional(v.array(addedTokenSchema), []),
  normalizer: v.optional(v.nullable(v.looseObject({ type: v.string() })), null),
  pre_tokenizer: v.optional(v.nullable(v.looseObject({ type: v.string() })), null),
  post_processor: v.optional(v.nullable(v.looseObject({ type: v.string() })), null),
  decoder: v.optional(v.nullable(v.looseObject({ type: v.string() })), null),
  model: v.looseObject({
    type: v.optional(v.string()),
    /** Ids by token, or for Unigram a list of `[token, score]`. */
    vocab: v.union([v.record(v.string(), v.number()), v.array(v.tupleWithRest([v.string(), v.number()], v.unknown()))]),
    merges: v.optional(v.array(v.union([v.string(), v.tuple([v.string(), v.string()])]))),
    continuing_subword_prefix: v.optional(v.nullable(v.string()), null),
  }),
});

const specialToken = v.optional(v.nullable(v.union([v.string(), v.looseObject({ content: v.string() })])), null);
const configSchema = v.looseObject({ bos_token: specialToken, eos_token: specialToken });

export type TokenizerFile = v.InferOutput<typeof tokenizerSchema>;
export type TokenizerSettings = v.InferOutput<typeof configSchema>;

function parse<Schema extends v.GenericSchema>(schema: Schema, file: string, text: string): v.InferOutput<Schema> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new TokenizerMalformedError(file, 'it is not JSON', { cause });
  }
  const result = v.safeParse(schema, json);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new TokenizerMalformedError(file, `at "${v.getDotPath(issue) ?? 'the top'}": ${issue.message}`);
}

/** Tokens with their ids, added tokens last. */
function* entries(file: TokenizerFile): Iterable<readonly [token: string, id: number]> {
  const { vocab } = file.model;
  if (Array.isArray(vocab)) yield* vocab.map(([token], id) => [token, id] as const);
  else yield* Object.entries(vocab);
  for (const { content, id } of file.added_tokens) yield [content, id];
}

/** Every id in the vocabulary and no two tokens on one id; must precede any array indexed by id. */
function checkIds(file: TokenizerFile, vocabulary: number): number {
  const tokens = new Map<number, string>();
  for (const [token, id] of entries(file)) {
    if (!Number.isSafeInteger(id) || id < 0) {
      throw new TokenizerMalformedError('tokenizer.json', `token ${JSON.stringify(token.slice(0, 40))} has the impossible id ${id}`);
    }
    if (id >= vocabulary) throw new TokenizerVocabularyError(token, id, vocabulary);
    const other = tokens.get(id);
    if (other !== undefined && other !== token) {
      throw new TokenizerMalformedError('tokenizer.json', `id ${id} stands for both ${JSON.stringify(other.slice(0, 40))} and ${JSON.stringify(token.slice(0, 40))}`);
    }
    tokens.set(id, token);
  }
  if (tokens.size === 0) throw new TokenizerMalformedError('tokenizer.json', 'its vocabulary is empty');
  return tokens.size;
}

/** A merge whose result is no token would silently drop text. */
function checkMerges({ model }: TokenizerFile): void {
  if (!model.merges || Array.isArray(model.vocab) || model.continuing_subword_prefix) return;
  for (const merge of model.merges) {
    const [left, right] = typeof merge === 'string' ? merge.split(' ', 2) : merge;
    if (!left || !right || !Object.hasOwn(model.vocab, left + right)) {
      throw new TokenizerMalformedError('tokenizer.json', `merge ${JSON.stringify(merge).slice(0, 80)} does not make a token of the vocabulary`);
    }
  }
}

export interface CheckedTokenizer {
  readonly file: TokenizerFile;
  readonly settings: TokenizerSettings;
  /** Distinct token ids. */
  readonly size: number;
}

/**
 * Parses and checks tokenizer.json and tokenizer_config.json against the number of embeddings of the model.
 * Throws {@link TokenizerMalformedError} or {@link TokenizerVocabularyError}.
 */
export function checkTokenizer(tokenizerJson: string, configJson: string, vocabulary: number): CheckedTokenizer {
  const file = parse(tokenizerSchema, 'tokenizer.json', tokenizerJson);
  const settings = parse(configSchema, 'tokenizer_config.json', configJson);
  const size = checkIds(file, vocabulary);
  checkMerges(file);
  return { file, settings, size };
}

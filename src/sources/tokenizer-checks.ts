import * as v from 'valibot';
import { jsonDepth } from './bounded-json.ts';
import { sourceLimits } from './limits.ts';
import { TokenizerMalformedError, TokenizerVocabularyError } from './tokenizer-errors.ts';
import { adaptSteps } from './tokenizer-steps.ts';
import type { AdaptedSteps, Steps } from './tokenizer-steps.ts';

const addedTokenSchema = v.looseObject({
  id: v.number(),
  content: v.pipe(v.string(), v.minLength(1), v.maxLength(sourceLimits.addedToken)),
  single_word: v.optional(v.boolean(), false),
  lstrip: v.optional(v.boolean(), false),
  rstrip: v.optional(v.boolean(), false),
  normalized: v.optional(v.boolean()),
  special: v.optional(v.boolean(), false),
});

/** By hand: valibot's records leave out tokens called "constructor", "prototype" and "__proto__", and copy the rest. */
const isVocabulary = (value: unknown): value is Readonly<Record<string, number>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every((id) => typeof id === 'number');

type Merge = readonly [string, string];
const isPair = (value: unknown): value is Merge =>
  Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && typeof value[1] === 'string';
const isMergeList = (value: unknown): value is readonly (string | Merge)[] =>
  Array.isArray(value) && value.length <= sourceLimits.merges && value.every((merge) => typeof merge === 'string' || isPair(merge));

const emptyOrNone = v.optional(v.nullable(v.literal('', 'only byte-level and SentencePiece-style tokens are supported')), null);

const tokenizerSchema = v.looseObject({
  added_tokens: v.optional(v.nullable(v.pipe(v.array(v.unknown()), v.maxLength(sourceLimits.addedTokens), v.array(addedTokenSchema))), []),
  normalizer: v.optional(v.unknown(), null),
  pre_tokenizer: v.optional(v.unknown(), null),
  post_processor: v.optional(v.unknown(), null),
  decoder: v.optional(v.unknown(), null),
  model: v.looseObject({
    /** Old files do not say; then it is this one. */
    type: v.optional(v.literal('BPE', 'only BPE tokenizers are supported'), 'BPE'),
    vocab: v.custom<Readonly<Record<string, number>>>(isVocabulary, 'no object of token ids'),
    merges: v.custom<readonly (string | Merge)[]>(isMergeList, `no list of at most ${sourceLimits.merges} merges`),
    unk_token: v.optional(v.nullable(v.string()), null),
    dropout: v.optional(v.nullable(v.literal(0, 'tokens would be random')), null),
    continuing_subword_prefix: emptyOrNone,
    end_of_word_suffix: emptyOrNone,
    fuse_unk: v.optional(v.nullable(v.boolean()), false),
    byte_fallback: v.optional(v.nullable(v.boolean()), false),
    ignore_merges: v.optional(v.nullable(v.boolean()), false),
  }),
});

type ParsedFile = v.InferOutput<typeof tokenizerSchema>;

const specialToken = v.optional(v.nullable(v.union([v.string(), v.looseObject({ content: v.string() })])), null);
/** tokenizer_config.json and special_tokens_map.json. */
const settingsSchema = v.looseObject({ bos_token: specialToken, eos_token: specialToken });
const idOrIds = v.optional(v.nullable(v.union([v.number(), v.array(v.number())])), null);
/** generation_config.json and config.json. */
const idsSchema = v.looseObject({ bos_token_id: idOrIds, eos_token_id: idOrIds });

/** The files of a tokenizer as texts; null: there is none. */
export interface TokenizerTexts {
  readonly tokenizer: string;
  readonly settings: string | null;
  /** special_tokens_map.json: asked where tokenizer_config.json says nothing. */
  readonly specialTokens?: string | null;
  /** generation_config.json: asked last. */
  readonly generation?: string | null;
}

export interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly lstrip: boolean;
  readonly special: boolean;
}

/** A tokenizer.json that is safe to build, in the library's words. */
export interface TokenizerFile extends Steps {
  readonly added_tokens: readonly AddedToken[];
  /** None: special tokens are never added. */
  readonly post_processor: null;
  readonly model: ParsedFile['model'] & { readonly merges: readonly Merge[] };
}

export interface CheckedTokenizer {
  readonly file: TokenizerFile;
  readonly borders: AdaptedSteps['borders'];
  /** Distinct token ids. */
  readonly size: number;
  readonly bos: number | null;
  readonly eos: number | null;
  /** The token that the tokenizer itself puts before every text when asked for special tokens. */
  readonly opening: number | null;
}

function parseJson(file: string, text: string): unknown {
  if (jsonDepth(text) > sourceLimits.jsonDepth) throw new TokenizerMalformedError(file, `it is nested deeper than ${sourceLimits.jsonDepth} levels`);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TokenizerMalformedError(file, 'it is not JSON', { cause });
  }
}

function parse<Schema extends v.GenericSchema>(schema: Schema, file: string, text: string): v.InferOutput<Schema> {
  const result = v.safeParse(schema, parseJson(file, text));
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new TokenizerMalformedError(file, `at "${v.getDotPath(issue) ?? 'the top'}": ${issue.message.slice(0, 200)}`);
}

/** Tokens with their ids, added tokens last. */
function* entries(vocab: Readonly<Record<string, number>>, added: readonly AddedToken[]): Iterable<readonly [token: string, id: number]> {
  yield* Object.entries(vocab);
  for (const { content, id } of added) yield [content, id];
}

/** Every id in the vocabulary and no two tokens on one id; must precede any array indexed by id. */
function checkIds(vocab: Readonly<Record<string, number>>, added: readonly AddedToken[], vocabulary: number): Map<string, number> {
  const tokens = new Map<number, string>();
  const ids = new Map<string, number>();
  for (const [token, id] of entries(vocab, added)) {
    if (!Number.isSafeInteger(id) || id < 0) {
      throw new TokenizerMalformedError('tokenizer.json', `token ${JSON.stringify(token.slice(0, 40))} has the impossible id ${id}`);
    }
    if (id >= vocabulary) throw new TokenizerVocabularyError(token, id, vocabulary);
    const other = tokens.get(id);
    if (other !== undefined && other !== token) {
      throw new TokenizerMalformedError('tokenizer.json', `id ${id} stands for both ${JSON.stringify(other.slice(0, 40))} and ${JSON.stringify(token.slice(0, 40))}`);
    }
    tokens.set(id, token);
    ids.set(token, id);
  }
  if (tokens.size === 0) throw new TokenizerMalformedError('tokenizer.json', 'its vocabulary is empty');
  return ids;
}

/** Merges as pairs. One whose result is no token would silently drop text. */
function checkMerges({ merges, vocab }: ParsedFile['model']): readonly Merge[] {
  return merges.map((merge) => {
    const [left, right, ...rest] = typeof merge === 'string' ? merge.split(' ', 3) : merge;
    if (!left || !right || rest.length > 0 || !Object.hasOwn(vocab, left + right)) {
      throw new TokenizerMalformedError('tokenizer.json', `merge ${JSON.stringify(merge).slice(0, 80)} does not make a token of the vocabulary`);
    }
    return [left, right];
  });
}

function checkAdded(added: readonly AddedToken[]): void {
  const characters = added.reduce((sum, { content }) => sum + content.length, 0);
  if (characters > sourceLimits.addedCharacters) throw new TokenizerMalformedError('tokenizer.json', `its added tokens have ${characters} characters`);
}

/** The special token that the post-processor puts in front of a text. */
const templateSchema = v.looseObject({
  type: v.literal('TemplateProcessing'),
  single: v.tupleWithRest([v.looseObject({ SpecialToken: v.looseObject({ id: v.string() }) })], v.unknown()),
});
const processorsSchema = v.looseObject({ type: v.literal('Sequence'), processors: v.array(v.unknown()) });

function openingToken(processor: unknown): string | null {
  const sequence = v.safeParse(processorsSchema, processor);
  const steps = sequence.success ? sequence.output.processors : [processor];
  for (const step of steps) {
    const template = v.safeParse(templateSchema, step);
    if (template.success) return template.output.single[0].SpecialToken.id;
  }
  return null;
}

/** Ids of the tokens that begin and end a text, by the first file that names them. */
function markIds({ settings, specialTokens, generation }: TokenizerTexts, ids: ReadonlyMap<string, number>): { bos: number | null; eos: number | null } {
  const named = [
    ['tokenizer_config.json', settings] as const,
    ['special_tokens_map.json', specialTokens] as const,
  ].flatMap(([file, text]) => (text === null || text === undefined ? [] : [parse(settingsSchema, file, text)]));
  const numbered = generation === null || generation === undefined ? null : parse(idsSchema, 'generation_config.json', generation);
  const known = new Set(ids.values());
  const mark = (token: 'bos_token' | 'eos_token'): number | null => {
    for (const { [token]: name } of named) {
      const id = name === null ? undefined : ids.get(typeof name === 'string' ? name : name.content);
      if (id !== undefined) return id;
    }
    // A tokenizer_config.json that says null means it: Qwen's has no beginning.
    if (settings !== null) return null;
    const id = [numbered?.[`${token}_id`] ?? []].flat()[0];
    return id !== undefined && known.has(id) ? id : null;
  };
  return { bos: mark('bos_token'), eos: mark('eos_token') };
}

/**
 * Parses and checks the files of a tokenizer against the number of embeddings of the model.
 * Throws {@link TokenizerMalformedError} or {@link TokenizerVocabularyError}.
 */
export function checkTokenizer(texts: TokenizerTexts, vocabulary: number): CheckedTokenizer {
  const parsed = parse(tokenizerSchema, 'tokenizer.json', texts.tokenizer);
  const added = parsed.added_tokens ?? [];
  checkAdded(added);
  const ids = checkIds(parsed.model.vocab, added, vocabulary);
  const merges = checkMerges(parsed.model);
  const { steps, borders } = adaptSteps(parsed, parsed.model.ignore_merges === true ? null : merges);
  const opening = openingToken(parsed.post_processor);
  return {
    file: { ...steps, added_tokens: added, post_processor: null, model: { ...parsed.model, merges } },
    borders,
    size: new Set(ids.values()).size,
    ...markIds(texts, ids),
    opening: opening === null ? null : (ids.get(opening) ?? null),
  };
}

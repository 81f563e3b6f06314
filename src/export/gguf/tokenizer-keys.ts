import * as v from 'valibot';
import { ExplainedError } from '../../base/explained-error.ts';
import type { CompanionFiles } from '../../sources/companion-files.ts';
import { checkTokenizer } from '../../sources/tokenizer-checks.ts';
import type { CheckedTokenizer, TokenizerFile } from '../../sources/tokenizer-checks.ts';
import type { GgufMetadata, GgufValue } from './container.ts';
import { preTokenizerName } from './pre-tokenizers.ts';
import { hasAllBytes, isByteToken, mergeScores, spacePrefix } from './sentence-pieces.ts';

/** What kinds of tokens llama.cpp knows. */
const TOKEN_TYPES = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 } as const;

/** The tokenizer as metadata, or why llama.cpp cannot have it. */
export type TokenizerKeys = { readonly keys: GgufMetadata } | { readonly fault: string };

type Entries = readonly (readonly [key: string, value: GgufValue])[];

/** The token of every id; what no token stands for is filled up with names that no text has. */
function tokensById({ model, added_tokens: added }: TokenizerFile, vocabulary: number): string[] {
  const ids = new Map(Object.entries(model.vocab));
  for (const { content, id } of added) ids.set(content, id);
  const tokens = Array.from({ length: vocabulary }, (): string | null => null);
  for (const [token, id] of ids) tokens[id] = token;
  return tokens.map((token, id) => {
    if (token !== null) return token;
    let name = `[PAD${id}]`;
    while (ids.has(name)) name = `[${name}]`;
    return name;
  });
}

function tokenTypes(file: TokenizerFile, tokens: readonly string[]): number[] {
  const { vocab, unk_token: unknown, byte_fallback: bytes } = file.model;
  const added = new Map(file.added_tokens.map(({ content, special }) => [content, special]));
  return tokens.map((token) => {
    if (bytes === true && token === unknown) return TOKEN_TYPES.unknown;
    if (added.has(token)) return added.get(token) === true ? TOKEN_TYPES.control : TOKEN_TYPES.userDefined;
    if (bytes === true && isByteToken(token)) return TOKEN_TYPES.byte;
    return Object.hasOwn(vocab, token) ? TOKEN_TYPES.normal : TOKEN_TYPES.unused;
  });
}

/** No normalizer, or the composition of signs, which llama.cpp leaves out: texts that are composed already have the same tokens. */
const composes = v.union([v.null(), v.looseObject({ type: v.literal('NFC') })]);

function byteLevelKeys({ file }: CheckedTokenizer): Entries | string {
  const { model } = file;
  if (!v.is(composes, file.normalizer)) return 'its tokenizer changes texts before it cuts them, which llama.cpp cannot do';
  const name = preTokenizerName(file.pre_tokenizer, model.ignore_merges === true);
  if (name === null) return 'its tokenizer cuts texts into words in a way that llama.cpp does not know';
  // A space inside of a part would be read as the one between the parts; bytes are never written as a space.
  const pairs: readonly (readonly [string, string])[] = model.merges;
  const merges = pairs.filter((parts) => !parts.some((part) => part.includes(' ')));
  return [
    ['model', { type: 'string', value: 'gpt2' }],
    ['pre', { type: 'string', value: name }],
    ['merges', { type: 'string[]', value: merges.map((parts) => parts.join(' ')) }],
  ];
}

function sentencePieceKeys({ file }: CheckedTokenizer, raw: unknown, tokens: readonly string[]): Entries | string {
  const { model } = file;
  const prefix = spacePrefix(raw);
  if (prefix === null) return 'its tokenizer treats spaces in a way that llama.cpp does not know';
  if (!hasAllBytes(model) || model.ignore_merges === true) return 'its tokenizer is neither byte-level nor like those of SentencePiece';
  const scores = mergeScores(model, new Set([...file.added_tokens.map(({ content }) => content), model.unk_token ?? '']));
  if (scores === null) return 'its tokenizer merges in an order that llama.cpp cannot follow';
  const lowest = -model.merges.length;
  return [
    ['model', { type: 'string', value: 'llama' }],
    ['pre', { type: 'string', value: 'default' }],
    ['scores', { type: 'float32[]', value: tokens.map((token) => scores.get(token) ?? lowest) }],
    ['add_space_prefix', { type: 'bool', value: prefix }],
  ];
}

const idOrIds = v.union([v.number(), v.pipe(v.array(v.number()), v.minLength(1))]);

/** An id of generation_config.json, the first where there are several; null: it names none that is a token. */
function generationId({ generationConfig }: CompanionFiles, key: string, size: number): number | null {
  const parsed = v.safeParse(idOrIds, generationConfig?.[key]);
  const [id] = parsed.success ? [parsed.output].flat() : [];
  return id !== undefined && Number.isInteger(id) && id >= 0 && id < size ? id : null;
}

const named = v.union([v.string(), v.looseObject({ content: v.string() })]);

/** The id of a token that tokenizer_config.json names. */
function namedId({ tokenizerConfig }: CompanionFiles, key: string, tokens: readonly string[]): number | null {
  const parsed = v.safeParse(named, tokenizerConfig[key]);
  if (!parsed.success) return null;
  const id = tokens.indexOf(typeof parsed.output === 'string' ? parsed.output : parsed.output.content);
  return id === -1 ? null : id;
}

/** Special ids. llama.cpp takes token 11 or others for those that are not given, so beginning and end always are. */
function specialIds(checked: CheckedTokenizer, companions: CompanionFiles, tokens: readonly string[]): Entries | string {
  const idOf = (token: string): number | null => (tokens.includes(token) ? tokens.indexOf(token) : null);
  const eos = checked.eos ?? generationId(companions, 'eos_token_id', tokens.length) ?? idOf('<|endoftext|>') ?? checked.bos;
  if (eos === null) return 'its tokenizer names no token for the end of a text, and llama.cpp would take any';
  const bos = checked.opening ?? checked.bos ?? generationId(companions, 'bos_token_id', tokens.length) ?? idOf('<|endoftext|>') ?? eos;
  const unknown = checked.file.model.unk_token === null ? null : idOf(checked.file.model.unk_token);
  const padding = namedId(companions, 'pad_token', tokens);
  const id = (key: string, value: number | null): Entries => (value === null ? [] : [[key, { type: 'uint32', value }]]);
  return [
    ...id('bos_token_id', bos),
    ...id('eos_token_id', eos),
    ...id('unknown_token_id', unknown),
    ...id('padding_token_id', padding),
    ['add_bos_token', { type: 'bool', value: checked.opening !== null }],
  ];
}

function buildKeys(companions: CompanionFiles, vocabulary: number): TokenizerKeys {
  const text = new TextDecoder().decode(companions.tokenizer);
  const checked = checkTokenizer({ tokenizer: text, settings: JSON.stringify(companions.tokenizerConfig) }, vocabulary);
  const tokens = tokensById(checked.file, vocabulary);
  const sentencePiece = checked.file.model.byte_fallback === true;
  const kind = sentencePiece ? sentencePieceKeys(checked, JSON.parse(text), tokens) : byteLevelKeys(checked);
  if (typeof kind === 'string') return { fault: kind };
  const special = specialIds(checked, companions, tokens);
  if (typeof special === 'string') return { fault: special };
  const entries: Entries = [
    ...kind,
    ['tokens', { type: 'string[]', value: tokens }],
    ['token_type', { type: 'int32[]', value: tokenTypes(checked.file, tokens) }],
    ...special,
  ];
  const template: Entries = companions.chatTemplate === null ? [] : [['tokenizer.chat_template', { type: 'string', value: companions.chatTemplate }]];
  return { keys: new Map([...entries.map(([key, value]) => [`tokenizer.ggml.${key}`, value] as const), ...template]) };
}

/** The last answer for every set of files: it is asked for whenever formats are listed, and files can have many megabytes. */
const answers = new WeakMap<CompanionFiles, { readonly vocabulary: number; readonly answer: TokenizerKeys }>();

/** A model's tokenizer as llama.cpp reads it, for `vocabulary` embeddings. */
export function tokenizerKeys(companions: CompanionFiles, vocabulary: number): TokenizerKeys {
  const stored = answers.get(companions);
  if (stored?.vocabulary === vocabulary) return stored.answer;
  let answer: TokenizerKeys;
  try {
    answer = buildKeys(companions, vocabulary);
  } catch (error) {
    if (!(error instanceof ExplainedError)) throw error;
    answer = { fault: error.explanation.what };
  }
  answers.set(companions, { vocabulary, answer });
  return answer;
}

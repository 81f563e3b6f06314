import * as v from 'valibot';
import type { TokenizerFile } from '../../sources/tokenizer-checks.ts';

/*
 * Tokenizers that were SentencePiece's (Llama 2, Mistral): `▁` for spaces, bytes for what has no token, no cutting into
 * words. llama.cpp merges by scores of tokens (`llm_tokenizer_spm`): of all neighbours that make a token those of the
 * highest score, and of equals the leftmost. tokenizer.json has a list of merges instead, best first, and no scores.
 */

type Model = Pick<TokenizerFile['model'], 'vocab'> & { readonly merges: readonly (readonly [string, string])[] };

const MARK = '▁';

const spaceReplaced = v.looseObject({ type: v.literal('Replace'), pattern: v.object({ String: v.literal(' ') }), content: v.literal(MARK) });
/** Llama 2: the mark before every text by a normalizer. */
const normalizerSchema = v.object({
  type: v.literal('Sequence'),
  normalizers: v.union([
    v.strictTuple([v.looseObject({ type: v.literal('Prepend'), prepend: v.literal(MARK) }), spaceReplaced]),
    v.strictTuple([spaceReplaced]),
  ]),
});
/** Mistral 0.3: by the pre-tokenizer. */
const metaspaceSchema = v.looseObject({
  type: v.literal('Metaspace'),
  replacement: v.optional(v.literal(MARK)),
  prepend_scheme: v.picklist(['always', 'first', 'never']),
  split: v.literal(false),
});

const rawSchema = v.looseObject({ normalizer: v.optional(v.unknown(), null), pre_tokenizer: v.optional(v.unknown(), null) });

/** Whether a space is put before a text; null: spaces are treated in a way that llama.cpp does not know. `file` is tokenizer.json, parsed. */
export function spacePrefix(file: unknown): boolean | null {
  const { normalizer, pre_tokenizer: preTokenizer } = v.parse(rawSchema, file);
  if (preTokenizer === null) {
    const parsed = v.safeParse(normalizerSchema, normalizer);
    return parsed.success ? parsed.output.normalizers.length === 2 : null;
  }
  const parsed = v.safeParse(metaspaceSchema, preTokenizer);
  return normalizer === null && parsed.success ? parsed.output.prepend_scheme !== 'never' : null;
}

const BYTE_TOKEN = /^<0x[0-9A-F]{2}>$/;

export const isByteToken = (token: string): boolean => BYTE_TOKEN.test(token);

/** Whether there is a token for every byte; llama.cpp needs them all. */
export const hasAllBytes = ({ vocab }: Pick<Model, 'vocab'>): boolean =>
  Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`).every((token) => Object.hasOwn(vocab, token));

/** Runs of spaces: SentencePiece gives most of them one score, and their merges stand at the end of the list in any order. */
const SPACES = /^▁+$/;

/** Whether the list has every way to make a token of the vocabulary from two others, as SentencePiece does. */
function isComplete({ vocab, merges }: Model, special: ReadonlySet<string>): boolean {
  const listed = new Map<string, number>();
  for (const [left, right] of merges) listed.set(left + right, (listed.get(left + right) ?? 0) + 1);
  return Object.keys(vocab).every((token) => {
    if (special.has(token) || isByteToken(token)) return true;
    const signs = Array.from(token);
    const ways = signs.slice(1).filter((_, at) => {
      const left = signs.slice(0, at + 1).join('');
      return Object.hasOwn(vocab, left) && Object.hasOwn(vocab, token.slice(left.length));
    });
    return ways.length === (listed.get(token) ?? 0);
  });
}

/**
 * Scores by which llama.cpp merges as the list of merges says, by token: minus the place of the token's first merge. What
 * is not merged comes last. Null where no scores do, because the list is not one that a SentencePiece model makes: every
 * way to make a token is in it, and the ways to one token stand together. `special` are tokens that no text makes.
 */
export function mergeScores(model: Model, special: ReadonlySet<string>): ReadonlyMap<string, number> | null {
  if (!isComplete(model, special)) return null;
  const scores = new Map<string, number>();
  let [last, place] = ['', 0];
  for (const [index, [left, right]] of model.merges.entries()) {
    const token = left + right;
    const apart = token !== last && scores.has(token);
    if (apart && !SPACES.test(token)) return null;
    // Runs of spaces that stand together share their place.
    if (!(SPACES.test(token) && SPACES.test(last))) place = index;
    if (!scores.has(token)) scores.set(token, -place);
    last = token;
  }
  for (const token of Object.keys(model.vocab)) if (!scores.has(token)) scores.set(token, -model.merges.length);
  return scores;
}

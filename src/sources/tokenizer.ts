import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { decodeUtf8 } from './decode-utf8.ts';
import { FileMissingError, readAll } from './file-source.ts';
import type { FileSource, OpenOptions } from './file-source.ts';
import { sourceLimits } from './limits.ts';
import { cutAnywhere, nextLineStart, nextWordGap } from './text-cuts.ts';
import { checkTokenizer } from './tokenizer-checks.ts';
import type { AddedToken, CheckedTokenizer, TokenizerTexts } from './tokenizer-checks.ts';
import { TokenizerMalformedError } from './tokenizer-errors.ts';

export interface Tokenizer {
  /** Distinct token ids; every id is below the model's vocabulary, which may be padded beyond this. */
  readonly size: number;
  readonly bos: number | null;
  readonly eos: number | null;
  /**
   * The id that opens a document: the one that the tokenizer itself puts before a text (Llama, Mistral), else
   * `<|endoftext|>` where it is known (see {@link DOCUMENT_MARK}; SmolLM2, Qwen), else bos, else eos.
   */
  readonly documentStart: number | null;
  /** Token ids of a text, without any special token added. */
  encode(text: string): Int32Array<ArrayBuffer>;
  /** The same ids as `encode`, a few thousand at a time, so that long work can be watched and broken off. */
  encodeInParts(text: string): Iterable<readonly number[]>;
  decode(ids: ArrayLike<number>, options?: { readonly skipSpecial?: boolean }): string;
}

/**
 * What parts documents in the training of the families that have it; their bos and eos may be those of a chat instead
 * (`<|im_start|>`, `<|im_end|>`).
 */
const DOCUMENT_MARK = '<|endoftext|>';

/** Characters encoded at once. The speed does not depend on it; how often one can look in between does. */
const PART = 16_384;

/** How a long text is cut so that the parts have the tokens of the whole. */
type Cutting =
  /** Before lines. */
  | 'lines'
  /** In place of a space between words, for tokenizers that put one in front of every text (SentencePiece). */
  | 'gaps'
  /** Not at all. */
  | 'never';

/** Where the next place lies at which a text may be cut. */
function nextPlace(text: string, from: number, cutting: Cutting): number {
  if (cutting === 'lines') return nextLineStart(text, from);
  return cutting === 'gaps' ? nextWordGap(text, from) : text.length;
}

/**
 * A part of a text from `start` on: where it ends and where the next begins. Where there is no place to cut for so long that memory and time
 * could run out, it is cut in front of a line or a word, or anywhere: a few tokens there may differ from those of the whole.
 */
function nextPart(text: string, start: number, size: number, cutting: Cutting): readonly [end: number, next: number] {
  const place = nextPlace(text, start + size, cutting);
  if (place - start > size + sourceLimits.encodedAtOnce) {
    const end = cutAnywhere(text, start, sourceLimits.encodedAtOnce);
    return [end, end];
  }
  return [place, cutting === 'gaps' ? Math.min(text.length, place + 1) : place];
}

/** Text that shows whether a tokenizer treats the start of a part like the start of a text. */
const probe = 'One line, of "words".\nAnother: 12 345 of them?\n\'Tis\n99 bottles\nété, naïve 你好 привет мир\nend.\nLast of all';

function encodesInParts(encode: (text: string) => readonly number[], cutting: Cutting): boolean {
  const parts: number[] = [];
  for (let start = 0; start < probe.length; ) {
    const [end, next] = nextPart(probe, start, 1, cutting);
    parts.push(...encode(probe.slice(start, end)));
    start = next;
  }
  const whole = encode(probe);
  return whole.length === parts.length && whole.every((id, index) => id === parts[index]);
}

/** Added tokens are found before all else, so no cut may lie in one or in the white space that it takes along. */
function sparesAdded(added: readonly AddedToken[], cutting: Cutting): boolean {
  if (cutting === 'gaps') return added.every(({ content }) => !content.includes(' ') && !/^\p{L}|\p{L}$/u.test(content));
  return added.every(({ content, lstrip }) => !content.includes('\n') && !(lstrip && /^[\p{L}\p{N}]/u.test(content)));
}

class CheckedHuggingFaceTokenizer implements Tokenizer {
  readonly size: number;
  readonly bos: number | null;
  readonly eos: number | null;
  readonly documentStart: number | null;
  readonly #tokenizer: HuggingFaceTokenizer;
  readonly #cutting: Cutting;

  constructor({ file, borders, size, bos, eos, opening }: CheckedTokenizer) {
    // The library leaves its arguments alone, but its types do not say so.
    this.#tokenizer = new HuggingFaceTokenizer({ ...file, added_tokens: [...file.added_tokens] }, {});
    this.size = size;
    this.bos = bos;
    this.eos = eos;
    this.documentStart = opening ?? this.#tokenizer.token_to_id(DOCUMENT_MARK) ?? bos ?? eos;
    const encode = (text: string): readonly number[] => this.#encodeWhole(text);
    const ways = [...(borders.lines ? ['lines' as const] : []), ...(borders.words ? ['gaps' as const] : [])];
    this.#cutting = ways.find((way) => sparesAdded(file.added_tokens, way) && encodesInParts(encode, way)) ?? 'never';
  }

  #encodeWhole(text: string): readonly number[] {
    // The library gives undefined, which its types hide, for a token without an id.
    const ids: readonly (number | undefined)[] = this.#tokenizer.encode(text, { add_special_tokens: false }).ids;
    return ids.map((id) => {
      if (id === undefined) throw new TokenizerMalformedError('tokenizer.json', 'it has no token for a part of the text, nor one for the unknown');
      return id;
    });
  }

  *encodeInParts(text: string): Iterable<readonly number[]> {
    for (let start = 0; start < text.length; ) {
      const [end, next] = nextPart(text, start, PART, this.#cutting);
      yield this.#encodeWhole(text.slice(start, end));
      start = next;
    }
  }

  encode(text: string): Int32Array<ArrayBuffer> {
    return joinIds([...this.encodeInParts(text)]);
  }

  decode(ids: ArrayLike<number>, { skipSpecial = false }: { readonly skipSpecial?: boolean } = {}): string {
    if (ids.length === 0) return '';
    // Cleaning up spaces would change the text; nobody who looks at tokens wants that.
    return this.#tokenizer.decode(Array.from(ids), { skip_special_tokens: skipSpecial, clean_up_tokenization_spaces: false });
  }
}

/** One array of all ids, in order. */
export function joinIds(parts: readonly ArrayLike<number>[]): Int32Array<ArrayBuffer> {
  const ids = new Int32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let position = 0;
  for (const part of parts) {
    ids.set(part, position);
    position += part.length;
  }
  return ids;
}

/**
 * A tokenizer from its files' texts: tokenizer.json, tokenizer_config.json (null: there is none) and, for its bos and eos
 * where that is missing, special_tokens_map.json and generation_config.json. `vocabulary` is the model's number of
 * embeddings. Throws {@link TokenizerMalformedError} or {@link TokenizerVocabularyError}.
 */
export function createTokenizer(
  tokenizerJson: string,
  configJson: string | null,
  vocabulary: number,
  others: Pick<TokenizerTexts, 'specialTokens' | 'generation'> = {},
): Tokenizer {
  const checked = checkTokenizer({ ...others, tokenizer: tokenizerJson, settings: configJson }, vocabulary);
  try {
    return new CheckedHuggingFaceTokenizer(checked);
  } catch (cause) {
    if (cause instanceof TokenizerMalformedError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TokenizerMalformedError('tokenizer.json', reason.slice(0, 200), { cause });
  }
}

async function readText(source: FileSource, path: string, options: OpenOptions): Promise<string> {
  const file = await source.open(path, options);
  if (file.size > sourceLimits.tokenizer) throw new TokenizerMalformedError(path, `it has ${Math.ceil(file.size / 2 ** 20)} MB, more than ${sourceLimits.tokenizer >> 20}`);
  const text = decodeUtf8(await readAll(file));
  if (text === null) throw new TokenizerMalformedError(path, 'it is not UTF-8 text');
  return text;
}

async function readOptionalText(source: FileSource, path: string, options: OpenOptions): Promise<string | null> {
  try {
    return await readText(source, path, options);
  } catch (error) {
    if (error instanceof FileMissingError) return null;
    throw error;
  }
}

/** Reads a model's tokenizer; only tokenizer.json must be there. See {@link createTokenizer}. */
export async function loadTokenizer(source: FileSource, vocabulary: number, options: OpenOptions = {}): Promise<Tokenizer> {
  const tokenizer = await readText(source, 'tokenizer.json', options);
  const settings = await readOptionalText(source, 'tokenizer_config.json', options);
  if (settings !== null) return createTokenizer(tokenizer, settings, vocabulary);
  return createTokenizer(tokenizer, null, vocabulary, {
    specialTokens: await readOptionalText(source, 'special_tokens_map.json', options),
    generation: await readOptionalText(source, 'generation_config.json', options),
  });
}

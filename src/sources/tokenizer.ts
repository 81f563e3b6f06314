import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { readAll } from './file-source.ts';
import type { FileSource, OpenOptions } from './file-source.ts';
import { checkTokenizer, TokenizerMalformedError } from './tokenizer-checks.ts';
import type { TokenizerSettings } from './tokenizer-checks.ts';

export interface Tokenizer {
  /** Distinct token ids; every id is below the model's vocabulary, which may be padded beyond this. */
  readonly size: number;
  readonly bos: number | null;
  readonly eos: number | null;
  /** The id that opens a document: `<|endoftext|>` where it is known (see {@link DOCUMENT_MARK}), else bos, else eos. */
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

const isSpace = (text: string, index: number): boolean => /\s/.test(text.charAt(index));

/**
 * Whether a text may be cut before `index`: after a line's single newline, before its successor's first letter.
 * Pre-tokenizers look ahead over white space, so inside a run of it a cut could change the tokens.
 */
export function isLineStart(text: string, index: number): boolean {
  return index >= 2 && index < text.length && text[index - 1] === '\n' && !isSpace(text, index - 2) && !isSpace(text, index);
}

/** The first place at or after `from` where a text may be cut; its length if there is none. */
export function nextLineStart(text: string, from: number): number {
  let index = Math.max(from, 1);
  if (isLineStart(text, index)) return index;
  for (;;) {
    const newline = text.indexOf('\n', index - 1);
    if (newline < 0) return text.length;
    index = newline + 1;
    if (isLineStart(text, index)) return index;
    index++;
  }
}

/** Lines that show whether a tokenizer treats the start of a line like the start of a text. */
const probe = 'One line, of "words".\nAnother: 12 345 of them?\n\'Tis\n99 bottles\nété, naïve 你好\nend.\nLast';

/** Tokenizers that put a space in front of every text (SentencePiece) cannot be fed line by line. */
function worksByLine(encode: (text: string) => readonly number[]): boolean {
  const parts: number[] = [];
  for (let start = 0; start < probe.length; ) {
    const end = nextLineStart(probe, start + 1);
    parts.push(...encode(probe.slice(start, end)));
    start = end;
  }
  const whole = encode(probe);
  return whole.length === parts.length && whole.every((id, index) => id === parts[index]);
}

class CheckedHuggingFaceTokenizer implements Tokenizer {
  readonly size: number;
  readonly bos: number | null;
  readonly eos: number | null;
  readonly documentStart: number | null;
  readonly #tokenizer: HuggingFaceTokenizer;
  readonly #byLine: boolean;

  constructor(tokenizer: HuggingFaceTokenizer, size: number, settings: TokenizerSettings) {
    const idOf = (token: TokenizerSettings['bos_token']): number | null => {
      const content = typeof token === 'string' ? token : token?.content;
      return content === undefined ? null : (tokenizer.token_to_id(content) ?? null);
    };
    this.#tokenizer = tokenizer;
    this.size = size;
    this.bos = idOf(settings.bos_token);
    this.eos = idOf(settings.eos_token);
    this.documentStart = idOf(DOCUMENT_MARK) ?? this.bos ?? this.eos;
    this.#byLine = worksByLine((text) => this.#encodeWhole(text));
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
      const end = this.#byLine ? nextLineStart(text, start + PART) : text.length;
      yield this.#encodeWhole(text.slice(start, end));
      start = end;
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
 * A tokenizer from the texts of tokenizer.json and tokenizer_config.json. `vocabulary` is the model's number of embeddings.
 * Throws {@link TokenizerMalformedError} or {@link TokenizerVocabularyError}.
 */
export function createTokenizer(tokenizerJson: string, configJson: string, vocabulary: number): Tokenizer {
  const { file, settings, size } = checkTokenizer(tokenizerJson, configJson, vocabulary);
  try {
    return new CheckedHuggingFaceTokenizer(new HuggingFaceTokenizer(file, settings), size, settings);
  } catch (cause) {
    if (cause instanceof TokenizerMalformedError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TokenizerMalformedError('tokenizer.json', reason.slice(0, 200), { cause });
  }
}

/** Reads a model's tokenizer.json and tokenizer_config.json; see {@link createTokenizer}. */
export async function loadTokenizer(source: FileSource, vocabulary: number, options: OpenOptions = {}): Promise<Tokenizer> {
  const decoder = new TextDecoder();
  const read = async (path: string): Promise<string> => decoder.decode(await readAll(await source.open(path, options)));
  return createTokenizer(await read('tokenizer.json'), await read('tokenizer_config.json'), vocabulary);
}

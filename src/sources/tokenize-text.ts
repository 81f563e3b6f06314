import { nextTask } from '../base/next-task.ts';
import type { OpenOptions } from './file-source.ts';
import { joinIds } from './tokenizer.ts';
import type { Tokenizer } from './tokenizer.ts';
import type { Text } from './text.ts';

/** Characters encoded between two breaths, about 60 ms. */
const STRIDE = 65_536;

/** Encodes long texts in one thread without hogging it: one pace for many calls. */
export class PatientEncoder {
  readonly #tokenizer: Tokenizer;
  readonly #signal: AbortSignal | undefined;
  #sinceBreath = 0;

  constructor(tokenizer: Tokenizer, signal: AbortSignal | undefined) {
    this.#tokenizer = tokenizer;
    this.#signal = signal;
  }

  /** Ids of `text`, after the id that opens documents if `opens` says so and there is one. */
  async encode(text: string, opens: boolean): Promise<Int32Array<ArrayBuffer>> {
    const { documentStart } = this.#tokenizer;
    const parts: (readonly number[])[] = opens && documentStart !== null ? [[documentStart]] : [];
    for (const part of this.#tokenizer.encodeInParts(text)) {
      parts.push(part);
      // Tokens are at least a quarter of the characters in the texts that matter; the pace need not be exact.
      this.#sinceBreath += part.length * 4;
      if (this.#sinceBreath < STRIDE) continue;
      this.#sinceBreath = 0;
      await nextTask(); // an abort may be among them
      this.#signal?.throwIfAborted();
    }
    return joinIds(parts);
  }
}

/**
 * All tokens of a text, every document opened by the tokenizer's `documentStart`. Progress counts characters.
 * Takes about a second a million characters: for parts of a long text use `splitText`.
 */
export async function tokenizeText(
  text: Text,
  tokenizer: Tokenizer,
  { signal, onProgress }: OpenOptions = {},
): Promise<Int32Array<ArrayBuffer>> {
  signal?.throwIfAborted();
  const encoder = new PatientEncoder(tokenizer, signal);
  const streams: Int32Array[] = [];
  let done = 0;
  for (const document of text.documents) {
    streams.push(await encoder.encode(document, true));
    done += document.length;
    onProgress?.(done, text.characters);
  }
  return joinIds(streams);
}

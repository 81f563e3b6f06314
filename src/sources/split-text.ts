import { ExplainedError } from '../base/explained-error.ts';
import type { OpenOptions } from './file-source.ts';
import { cutPassages, evenOrder } from './passages.ts';
import type { Text } from './text.ts';
import type { TokenSequences } from './token-sequences.ts';
import { joinIds } from './tokenizer.ts';
import type { Tokenizer } from './tokenizer.ts';
import { PatientEncoder } from './tokenize-text.ts';

export class TextTooShortError extends ExplainedError {
  constructor(name: string, has: number, needs: number, length: number) {
    super({
      what: `The text ${name} is too short: it has ${has} tokens in sequences of ${length}, and the run needs ${needs}.`,
      means: 'Calibration, fitness, training and evaluation must not share tokens, so the run was not started.',
      remedy: 'Choose a longer text, or ask for fewer tokens.',
    });
  }
}

export interface SplitOptions extends Pick<OpenOptions, 'signal'> {
  /** Tokens found so far and needed in all. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Characters of a passage for each token of a sequence: a sequence of English or two, so that many places are visited. */
const PASSAGE_CHARACTERS_PER_TOKEN = 8;

/** Sequences taken of one passage, however many tokens its characters make. */
const PER_PASSAGE = 2;

/** Characters per token needed for picking passages here and there; with less text every document is cut without loss. */
const PLENTY = 10;

/** Whole sequences of a stretch of tokens, as views. */
function cut(tokens: Int32Array, length: number): Int32Array[] {
  return Array.from({ length: Math.floor(tokens.length / length) }, (_, index) =>
    tokens.subarray(index * length, (index + 1) * length),
  );
}

interface Search extends SplitOptions {
  readonly text: Text;
  readonly encoder: PatientEncoder;
  /** Sequences wanted. */
  readonly count: number;
  readonly length: number;
}

/** Sequences from passages all over the text; only as much of it is tokenized as is needed. Fewer than wanted if it runs out. */
async function pickSparsely({ text, encoder, count, length, onProgress }: Search): Promise<Int32Array[]> {
  const passages = cutPassages(text.documents, length * PASSAGE_CHARACTERS_PER_TOKEN);
  const found: Int32Array[] = [];
  for (const index of evenOrder(passages.length)) {
    if (found.length >= count) break;
    const passage = passages[index];
    const document = passage && text.documents[passage.document];
    if (!passage || document === undefined) throw new RangeError(`no passage ${index}`);
    const tokens = await encoder.encode(document.slice(passage.start, passage.end), passage.start === 0);
    found.push(...cut(tokens, length).slice(0, PER_PASSAGE));
    onProgress?.(Math.min(found.length, count) * length, count * length);
  }
  return found;
}

/** Every sequence of the text, in an order that is spread evenly over it. */
async function pickAll({ text, encoder, count, length, onProgress }: Search): Promise<Int32Array[]> {
  const all: Int32Array[] = [];
  for (const document of text.documents) {
    for (const sequence of cut(await encoder.encode(document, true), length)) all.push(sequence);
    onProgress?.(Math.min(all.length, count) * length, count * length);
  }
  return Array.from(evenOrder(all.length), (index) => {
    const sequence = all[index];
    if (!sequence) throw new RangeError(`no sequence ${index}`);
    return sequence;
  });
}

/**
 * Parts a text into disjoint sets of sequences, for instance `{calibration: 16384, fitness: 131072, training: 40960}` tokens
 * in sequences of `length`; needs are rounded up to whole sequences. Each set is spread evenly over the whole text, and so
 * are its own beginnings. No sequence reaches over two documents; one that opens a document starts with `documentStart`.
 * The same text, tokenizer and needs give the same sets. Throws {@link TextTooShortError}.
 */
export async function splitText<Name extends string>(
  text: Text,
  tokenizer: Tokenizer,
  needs: Readonly<Record<Name, number>>,
  length: number,
  options: SplitOptions = {},
): Promise<Record<Name, TokenSequences>> {
  options.signal?.throwIfAborted();
  if (!Number.isSafeInteger(length) || length < 2) throw new RangeError(`no sequences of ${length} tokens`);
  const counts = Object.entries<number>(needs).map(([name, tokens]) => [name, Math.ceil(tokens / length)] as const);
  const count = counts.reduce((sum, [, part]) => sum + part, 0);
  const search: Search = { ...options, text, count, length, encoder: new PatientEncoder(tokenizer, options.signal) };

  let found: Int32Array[] = [];
  if (text.characters >= count * length * PLENTY) found = await pickSparsely(search);
  if (found.length < count) found = await pickAll(search);
  if (found.length < count) throw new TextTooShortError(text.name, found.length * length, count * length, length);

  let position = 0;
  const sets = counts.map(([name, part]) => {
    const ids = joinIds(found.slice(position, position + part));
    position += part;
    return [name, { ids, sequences: part, length }] as const;
  });
  return Object.fromEntries(sets) as Record<Name, TokenSequences>;
}

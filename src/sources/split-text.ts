import { ExplainedError } from '../base/explained-error.ts';
import type { OpenOptions } from './file-source.ts';
import { cutPassages, evenOrder, joinPassages } from './passages.ts';
import type { Passage } from './passages.ts';
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

/** Tokens of passages that follow each other; every document among them is opened. */
async function encodeStretch({ text, encoder }: Search, stretch: readonly Passage[]): Promise<Int32Array> {
  const streams: Int32Array[] = [];
  for (const { document, start, end } of stretch) {
    const content = text.documents[document];
    if (content === undefined) throw new RangeError(`no document ${document}`);
    streams.push(await encoder.encode(content.slice(start, end), start === 0));
  }
  return streams.length === 1 && streams[0] ? streams[0] : joinIds(streams);
}

/** Sequences from passages all over the text; only as much of it is tokenized as is needed. Fewer than wanted if it runs out. */
async function pickSparsely(search: Search): Promise<Int32Array[]> {
  const { text, count, length, onProgress } = search;
  const target = length * PASSAGE_CHARACTERS_PER_TOKEN;
  const passages = cutPassages(text.documents, target);
  const stretches = text.packed ? joinPassages(passages, target) : passages.map((passage) => [passage]);
  const found: Int32Array[] = [];
  for (const index of evenOrder(stretches.length)) {
    if (found.length >= count) break;
    const tokens = await encodeStretch(search, stretches[index] ?? []);
    found.push(...cut(tokens, length).slice(0, PER_PASSAGE));
    onProgress?.(Math.min(found.length, count) * length, count * length);
  }
  return found;
}

/** Every sequence of the text, in an order that is spread evenly over it. */
async function pickAll(search: Search): Promise<Int32Array[]> {
  const { text, count, length, onProgress } = search;
  const all: Int32Array[] = [];
  /** Tokens of the last record that fill no sequence: the next record follows them. */
  let rest = new Int32Array();
  for (const [document, { length: end }] of text.documents.entries()) {
    const tokens = await encodeStretch(search, [{ document, start: 0, end }]);
    const stream = rest.length > 0 ? joinIds([rest, tokens]) : tokens;
    for (const sequence of cut(stream, length)) all.push(sequence);
    if (text.packed) rest = Int32Array.from(stream.subarray(stream.length - (stream.length % length)));
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
 * are its own beginnings. No sequence reaches over two documents, but for records (`packed`), which are shorter than sequences
 * and follow each other. Every document starts with `documentStart`.
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

import * as v from 'valibot';

/*
 * llama.cpp does not read the patterns by which a byte-level tokenizer cuts texts into words; it knows some by name
 * (`tokenizer.ggml.pre`). A name is chosen here only where the tokenizer's patterns are exactly those that the name stands
 * for (`llm_tokenizer_bpe` in llama-vocab.cpp): another would give other tokens without a word.
 */

const GPT2 = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;
const DIGIT = String.raw`\p{N}`;
const QWEN2 = String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`;
const LLAMA3 = QWEN2.replace(String.raw`|\p{N}|`, String.raw`|\p{N}{1,3}|`);
const TEKKEN = String.raw`[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+`;

interface KnownPreTokenizer {
  /** As `tokenizer.ggml.pre` says it. */
  readonly name: string;
  readonly patterns: readonly string[];
  /** Words that are tokens as a whole are taken before anything is merged; the name stands for this as well. */
  readonly wholeWords: boolean;
}

const known: readonly KnownPreTokenizer[] = [
  { name: 'gpt-2', patterns: [GPT2], wholeWords: false },
  { name: 'smollm', patterns: [DIGIT, GPT2], wholeWords: false },
  { name: 'qwen2', patterns: [QWEN2], wholeWords: false },
  { name: 'llama-bpe', patterns: [LLAMA3], wholeWords: true },
  { name: 'smaug-bpe', patterns: [LLAMA3], wholeWords: false },
  { name: 'tekken', patterns: [TEKKEN], wholeWords: true },
];

/** The steps as tokenizer-steps.ts puts them: every cut a Split by a pattern, then the turning into bytes. */
const stepsSchema = v.object({
  pretokenizers: v.array(
    v.variant('type', [
      v.looseObject({ type: v.literal('Split'), behavior: v.literal('Isolated'), pattern: v.object({ Regex: v.string() }) }),
      v.looseObject({ type: v.literal('ByteLevel') }),
    ]),
  ),
});

/** The name under which llama.cpp cuts texts as these checked steps do; null: none is known. */
export function preTokenizerName(steps: unknown, wholeWords: boolean): string | null {
  const parsed = v.safeParse(stepsSchema, steps);
  if (!parsed.success) return null;
  const { pretokenizers } = parsed.output;
  if (pretokenizers.at(-1)?.type !== 'ByteLevel') return null;
  const patterns = pretokenizers.flatMap((step) => (step.type === 'Split' ? [step.pattern.Regex] : []));
  const fits = (one: KnownPreTokenizer): boolean => one.wholeWords === wholeWords && JSON.stringify(one.patterns) === JSON.stringify(patterns);
  return known.find(fits)?.name ?? null;
}

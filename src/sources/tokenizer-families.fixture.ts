import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gunzipSync } from 'node:zlib';
import * as v from 'valibot';

/** Reference ids and files of the tokenizers of the families; made by scripts/make-tokenizer-references.py. */

const read = (name: string): Buffer => readFileSync(new URL(`../../fixtures/tokenizers/${name}`, import.meta.url));

export const families = ['smollm2', 'llama-2', 'mistral-v0.1', 'mistral-v0.3', 'llama-3', 'mistral-nemo', 'qwen2.5', 'qwen3'] as const;
export type Family = (typeof families)[number];

const referenceSchema = v.object({
  ids: v.array(v.array(v.number())),
  long: v.array(v.string()),
  withSpecial: v.record(v.string(), v.array(v.number())),
  decoded: v.record(v.string(), v.string()),
  added_tokens: v.optional(v.array(v.unknown())),
});

/** Ids of every one of {@link referenceStrings}; SHA-256 of those of every {@link longText}; with special tokens of a few; what ids decode to where it is not the string. */
export const reference = (family: Family): v.InferOutput<typeof referenceSchema> => v.parse(referenceSchema, JSON.parse(read(`${family}.json`).toString()));

export const referenceStrings = v.parse(v.array(v.string()), JSON.parse(read('strings.json').toString()));

/** Some 40,000 characters: all strings four times, beginning with another one each. */
export function longText(rotation: number): string {
  const rotated = [...referenceStrings.slice(rotation * 40), ...referenceStrings.slice(0, rotation * 40)];
  return [' ', '\n', ' and so ', '\nThen '].map((joiner) => rotated.join(joiner)).join('');
}

const storedFile = (family: Family): string => gunzipSync(read(`${family}.tokenizer.json.gz`)).toString();

/** Llama 3's vocabulary and merges out of the package llama3-tokenizer-js: ids of 17 bits, two for each merge. */
function llama3Model(): { vocab: Record<string, number>; merges: [string, string][] } {
  const path = createRequire(import.meta.url).resolve('llama3-tokenizer-js/src/data-converted.js');
  const [vocabulary = '', merges = ''] = Array.from(readFileSync(path, 'latin1').matchAll(/"([A-Za-z0-9+/=]{1000,})"/g), ([, data]) => data ?? '');
  const tokens = Buffer.from(vocabulary, 'base64').toString().split('\n');
  const bits = Buffer.from(merges, 'base64');
  const token = (index: number): string => {
    const first = 17 * index;
    const window = (bits.readUInt8(first >> 3) << 16) | ((bits[(first >> 3) + 1] ?? 0) << 8) | (bits[(first >> 3) + 2] ?? 0);
    return tokens[(window >> (24 - 17 - (first & 7))) & 0x1ffff] ?? '';
  };
  return {
    vocab: Object.fromEntries(tokens.map((text, id) => [text, id])),
    merges: Array.from({ length: Math.floor((8 * bits.length) / 34) }, (_, index) => [token(2 * index), token(2 * index + 1)]),
  };
}

const llama3Pattern = String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`;

/** Llama 3.1's file, but for the vocabulary, whose licence does not let it be stored here. */
function llama3File(): string {
  const bos = '<|begin_of_text|>';
  return JSON.stringify({
    added_tokens: reference('llama-3').added_tokens,
    normalizer: null,
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: llama3Pattern }, behavior: 'Isolated', invert: false },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
      ],
    },
    post_processor: {
      type: 'Sequence',
      processors: [
        { type: 'ByteLevel', add_prefix_space: true, trim_offsets: false, use_regex: true },
        { type: 'TemplateProcessing', single: [{ SpecialToken: { id: bos, type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }], pair: [], special_tokens: { [bos]: { id: bos, ids: [128_000], tokens: [bos] } } },
      ],
    },
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: { type: 'BPE', dropout: null, unk_token: null, continuing_subword_prefix: null, end_of_word_suffix: null, fuse_unk: false, byte_fallback: false, ignore_merges: true, ...llama3Model() },
  });
}

/** The text of tokenizer.json. */
export function tokenizerFile(family: Family): string {
  if (family === 'llama-3') return llama3File();
  // Qwen3 has Qwen2.5's tokenizer with some tokens more.
  if (family === 'qwen3') return JSON.stringify({ ...JSON.parse(storedFile('qwen2.5')), added_tokens: reference('qwen3').added_tokens });
  return storedFile(family);
}

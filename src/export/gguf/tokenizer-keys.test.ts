import { describe, expect, test } from 'vitest';
import { families, tokenizerFile } from '../../sources/tokenizer-families.fixture.ts';
import type { Family } from '../../sources/tokenizer-families.fixture.ts';
import type { CompanionFiles } from '../../sources/companion-files.ts';
import type { GgufMetadata } from './container.ts';
import { companionsOf, tinyTokenizer } from './gguf.fixture.ts';
import { tokenizerKeys } from './tokenizer-keys.ts';

function keysOf(companions: CompanionFiles, vocabulary: number): GgufMetadata {
  const found = tokenizerKeys(companions, vocabulary);
  if ('fault' in found) throw new Error(found.fault);
  return found.keys;
}

const valueOf = (keys: GgufMetadata, key: string): unknown => keys.get(`tokenizer.ggml.${key}`)?.value;
const entry = (keys: GgufMetadata, key: string, index: number): unknown => {
  const values = valueOf(keys, key);
  return Array.isArray(values) ? values[index] : undefined;
};

/** The tiny tokenizer with changes, of `model` too. */
const changed = (changes: object, model: object = {}): string => JSON.stringify({ ...tinyTokenizer, ...changes, model: { ...tinyTokenizer.model, ...model } });
const marks = { bos_token: '<|endoftext|>', eos_token: '<|endoftext|>' };
const faultOf = (tokenizer: string, config: object = marks): string | undefined => {
  const found = tokenizerKeys(companionsOf(tokenizer, { ...config }), 9);
  return 'fault' in found ? found.fault : undefined;
};

const known: Readonly<Record<Family, { model: string; pre: string; bos: string | null; eos: string; opens: boolean; vocabulary: number }>> = {
  smollm2: { model: 'gpt2', pre: 'smollm', bos: '<|im_start|>', eos: '<|im_end|>', opens: false, vocabulary: 49_152 },
  'llama-2': { model: 'llama', pre: 'default', bos: '<s>', eos: '</s>', opens: true, vocabulary: 32_000 },
  'mistral-v0.1': { model: 'llama', pre: 'default', bos: '<s>', eos: '</s>', opens: true, vocabulary: 32_000 },
  'mistral-v0.3': { model: 'llama', pre: 'default', bos: '<s>', eos: '</s>', opens: true, vocabulary: 32_768 },
  'llama-3': { model: 'gpt2', pre: 'llama-bpe', bos: '<|begin_of_text|>', eos: '<|eot_id|>', opens: true, vocabulary: 128_256 },
  'mistral-nemo': { model: 'gpt2', pre: 'tekken', bos: '<s>', eos: '</s>', opens: true, vocabulary: 131_072 },
  'qwen2.5': { model: 'gpt2', pre: 'qwen2', bos: null, eos: '<|im_end|>', opens: false, vocabulary: 151_936 },
  qwen3: { model: 'gpt2', pre: 'qwen2', bos: null, eos: '<|im_end|>', opens: false, vocabulary: 151_936 },
};

test.each(families)('%s is known by its patterns', (family) => {
  const { model, pre, bos, eos, opens, vocabulary } = known[family];
  const keys = keysOf(companionsOf(tokenizerFile(family), { bos_token: bos, eos_token: eos }), vocabulary);
  expect([valueOf(keys, 'model'), valueOf(keys, 'pre'), valueOf(keys, 'add_bos_token')]).toEqual([model, pre, opens]);
  expect(entry(keys, 'tokens', Number(valueOf(keys, 'bos_token_id')))).toBe(bos ?? '<|endoftext|>');
  expect(entry(keys, 'tokens', Number(valueOf(keys, 'eos_token_id')))).toBe(eos);
  expect(valueOf(keys, 'tokens')).toHaveLength(vocabulary);
  expect(valueOf(keys, 'token_type')).toHaveLength(vocabulary);
});

describe('byte-level', () => {
  test('tokens by id with their types, merges in order, unused ids filled up', () => {
    const added_tokens = [...tinyTokenizer.added_tokens, { id: 5, content: '[PAD4]', special: false }];
    const keys = keysOf(companionsOf(changed({ added_tokens }), { ...marks, pad_token: { content: 'b' } }, { chatTemplate: '{{ x }}' }), 7);
    expect(Object.fromEntries(keys)).toEqual({
      'tokenizer.ggml.model': { type: 'string', value: 'gpt2' },
      'tokenizer.ggml.pre': { type: 'string', value: 'gpt-2' },
      'tokenizer.ggml.merges': { type: 'string[]', value: ['a b'] },
      'tokenizer.ggml.tokens': { type: 'string[]', value: ['<|endoftext|>', 'a', 'b', 'ab', '[[PAD4]]', '[PAD4]', '[PAD6]'] },
      'tokenizer.ggml.token_type': { type: 'int32[]', value: [3, 1, 1, 1, 5, 4, 5] },
      'tokenizer.ggml.bos_token_id': { type: 'uint32', value: 0 },
      'tokenizer.ggml.eos_token_id': { type: 'uint32', value: 0 },
      'tokenizer.ggml.padding_token_id': { type: 'uint32', value: 2 },
      'tokenizer.ggml.add_bos_token': { type: 'bool', value: false },
      'tokenizer.chat_template': { type: 'string', value: '{{ x }}' },
    });
  });

  test('merges written as texts are the same', () => {
    expect(valueOf(keysOf(companionsOf(changed({}, { merges: ['a b'] }), marks), 9), 'merges')).toEqual(['a b']);
  });

  test('ids of generation_config.json stand in for names', () => {
    const keys = keysOf(companionsOf(JSON.stringify(tinyTokenizer), {}, { generationConfig: { eos_token_id: [3, 2], bos_token_id: 1 } }), 9);
    expect([valueOf(keys, 'bos_token_id'), valueOf(keys, 'eos_token_id')]).toEqual([1, 3]);
  });

  test('refuses what llama.cpp would cut or change otherwise, and what names no end', () => {
    expect(faultOf(changed({}))).toBeUndefined();
    const split = { type: 'Split', pattern: { Regex: String.raw`\p{L}+|\s+` }, behavior: 'Isolated', invert: false };
    const bytes = { type: 'ByteLevel', add_prefix_space: false, use_regex: false };
    expect(faultOf(changed({ pre_tokenizer: { type: 'Sequence', pretokenizers: [split, bytes] } }))).toMatch('cuts texts into words');
    expect(faultOf(changed({ pre_tokenizer: bytes }))).toMatch('cuts texts into words');
    expect(faultOf(changed({}, { ignore_merges: true }))).toMatch('cuts texts into words');
    expect(faultOf(changed({ normalizer: { type: 'NFKC' } }))).toMatch('changes texts');
    expect(faultOf(changed({ normalizer: { type: 'NFC' } }))).toBeUndefined();
    expect(faultOf(changed({ added_tokens: [] }, { vocab: { a: 1, b: 2, ab: 3 } }), {})).toMatch('end of a text');
    expect(faultOf('no JSON')).toMatch('tokenizer.json');
  });
});

describe('SentencePiece', () => {
  const byteTokens: Record<string, number> = Object.fromEntries(Array.from({ length: 256 }, (_, byte) => [`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`, byte + 3]));
  const pieces = { '<unk>': 0, '<s>': 1, '</s>': 2, a: 259, b: 260, '▁': 261, ab: 262, '▁a': 263, '▁ab': 264, '▁▁': 265 };
  const vocab = { ...byteTokens, ...pieces };
  const merges = ['a b', '▁ a', '▁ ab', '▁a b', '▁ ▁'];
  const file = {
    added_tokens: [{ id: 1, content: '<s>', special: true }, { id: 2, content: '</s>', special: true }],
    normalizer: { type: 'Sequence', normalizers: [{ type: 'Prepend', prepend: '▁' }, { type: 'Replace', pattern: { String: ' ' }, content: '▁' }] },
    pre_tokenizer: null,
    model: { type: 'BPE', unk_token: '<unk>', byte_fallback: true, vocab, merges },
  };
  const marked = { bos_token: '<s>', eos_token: '</s>' };
  const fault = (changes: object, model: object = {}): string | undefined => {
    const found = tokenizerKeys(companionsOf(JSON.stringify({ ...file, ...changes, model: { ...file.model, ...model } }), marked), 270);
    return 'fault' in found ? found.fault : undefined;
  };

  test('scores are the places of merges, from the best on', () => {
    const keys = keysOf(companionsOf(JSON.stringify(file), marked), 267);
    const of = (key: string, ids: readonly number[]): unknown[] => ids.map((id) => entry(keys, key, id));
    expect(of('scores', [262, 263, 264, 265, 259, 0, 266])).toEqual([-0, -1, -2, -4, -5, -5, -5]);
    expect(of('token_type', [0, 1, 3, 258, 259, 266])).toEqual([2, 3, 6, 6, 1, 5]);
    expect([valueOf(keys, 'add_space_prefix'), valueOf(keys, 'unknown_token_id'), valueOf(keys, 'merges')]).toEqual([true, 0, undefined]);
  });

  test('refuses lists of merges that no scores stand for, missing bytes and other spaces', () => {
    expect(fault({})).toBeUndefined();
    expect(fault({}, { merges: ['a b', '▁ ab', '▁ a', '▁a b', '▁ ▁'] })).toMatch('order'); // ways to ▁ab stand apart
    expect(fault({}, { merges: ['a b', '▁ a', '▁ ab', '▁ ▁'] })).toMatch('order'); // ▁a b is missing
    expect(fault({}, { ignore_merges: true })).toMatch('neither');
    const { '<0x41>': _, ...lacking } = byteTokens;
    expect(fault({}, { vocab: { ...lacking, ...pieces } })).toMatch('neither');
    expect(fault({ normalizer: { type: 'NFKC' } })).toMatch('spaces');
    const metaspace = { type: 'Metaspace', replacement: '▁', prepend_scheme: 'never', split: false };
    expect(fault({ normalizer: null, pre_tokenizer: metaspace })).toBeUndefined();
    expect(fault({ pre_tokenizer: metaspace })).toMatch('spaces'); // twice
    expect(fault({ normalizer: null, pre_tokenizer: { ...metaspace, split: true } })).toMatch('spaces');
  });
});

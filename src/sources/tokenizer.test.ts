import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MemorySource } from './memory-source.ts';
import { createTokenizer, isLineStart, loadTokenizer, nextLineStart } from './tokenizer.ts';
import { TokenizerMalformedError, TokenizerVocabularyError } from './tokenizer-checks.ts';

const file = (path: string) => readFileSync(new URL(`../../public/${path}`, import.meta.url));
const tokenizerJson = file('models/tales-6m/tokenizer.json').toString();
const configJson = file('models/tales-6m/tokenizer_config.json').toString();
const heldOut = gunzipSync(file('texts/tales-heldout.txt.gz')).toString();
const tales = createTokenizer(tokenizerJson, configJson, 4096);

/** Text with every kind of white space, punctuation, digits and scripts. */
const anyText = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.array(fc.constantFrom('Once', ' upon', '\n', '\n\n', ' ', '  ', '\r\n', '\t', "'tis", '12', ', ', '"No!"', 'é', '你好', '🦊', '\u00a0')).map((parts) => parts.join('')),
);

test('the bundled tokenizer', () => {
  expect(tales).toMatchObject({ size: 4096, bos: 0, eos: 0, documentStart: 0 });
  expect([...tales.encode('<|endoftext|>')]).toEqual([0]);
  expect(tales.decode([0, ...tales.encode('Once upon a time'), 0])).toBe('<|endoftext|>Once upon a time<|endoftext|>');
  expect(tales.decode(tales.encode('<|endoftext|>Once'), { skipSpecial: true })).toBe('Once');
  expect(tales.encode('')).toEqual(new Int32Array());
  expect(tales.decode([])).toBe('');
});

test('decoding gives back what was encoded', () => {
  fc.assert(fc.property(anyText, (text) => {
    expect(tales.decode(tales.encode(text))).toBe(text);
  }), { numRuns: 300 });
});

test('ids are those of the whole text encoded at once', () => {
  const reference = new HuggingFaceTokenizer(JSON.parse(tokenizerJson), JSON.parse(configJson));
  const text = heldOut.slice(0, 300_000);
  expect([...tales.encodeInParts(text)].length).toBeGreaterThan(15);
  expect([...tales.encode(text)]).toEqual(reference.encode(text, { add_special_tokens: false }).ids);
});

test('cutting at line starts never changes the ids', () => {
  fc.assert(fc.property(fc.array(anyText, { minLength: 2 }).map((lines) => lines.join('\n')), (text) => {
    const parts: number[] = [];
    for (let start = 0; start < text.length; ) {
      const end = nextLineStart(text, start + 1);
      parts.push(...tales.encode(text.slice(start, end)));
      start = end;
    }
    expect(parts).toEqual([...tales.encode(text)]);
  }), { numRuns: 300 });
});

test('nextLineStart finds the first line start', () => {
  fc.assert(fc.property(anyText, fc.nat(20), (text, from) => {
    const all = Array.from({ length: text.length }, (_, index) => index).filter((index) => index >= from && isLineStart(text, index));
    expect(nextLineStart(text, from)).toBe(all[0] ?? text.length);
  }));
});

test('a tokenizer that puts a space before every text is fed the whole', () => {
  // A SentencePiece-like tokenizer: characters, "▁" for a space and in front.
  const letters = [...'▁Onlie,fwrds".\nAth:12345?m\'T9boé naïv你好dL'];
  const vocab = Object.fromEntries([...new Set(['<unk>', ...letters])].map((letter, id) => [letter, id]));
  const json = {
    added_tokens: [],
    normalizer: { type: 'Sequence', normalizers: [{ type: 'Prepend', prepend: '▁' }, { type: 'Replace', pattern: { String: ' ' }, content: '▁' }] },
    pre_tokenizer: null,
    post_processor: null,
    decoder: { type: 'Sequence', decoders: [{ type: 'Replace', pattern: { String: '▁' }, content: ' ' }, { type: 'Fuse' }, { type: 'Strip', content: ' ', start: 1, stop: 0 }] },
    model: { type: 'BPE', unk_token: '<unk>', vocab, merges: [] },
  };
  const tokenizer = createTokenizer(JSON.stringify(json), '{}', 100);
  const text = 'Alone\nin the dell\n'.repeat(3000);
  expect([...tokenizer.encodeInParts(text)]).toHaveLength(1);
  expect(tokenizer.encode(text)).toHaveLength(text.length + 1);
  expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
  expect(tokenizer).toMatchObject({ bos: null, eos: null, documentStart: null });
});

describe('tokenizers that are refused', () => {
  /** A small sound tokenizer with something changed. */
  const broken = (change: Record<string, unknown>, model: Record<string, unknown> = {}): string =>
    JSON.stringify({
      added_tokens: [{ id: 3, content: '<s>', special: true }],
      normalizer: null,
      pre_tokenizer: null,
      post_processor: null,
      decoder: null,
      model: { type: 'BPE', vocab: { a: 0, b: 1, ab: 2 }, merges: ['a b'], ...model },
      ...change,
    });

  test('the small one itself is sound', () => {
    const tokenizer = createTokenizer(broken({}), '{"bos_token": {"content": "<s>"}, "eos_token": "none"}', 4);
    expect([...tokenizer.encode('ab<s>ba')]).toEqual([2, 3, 1, 0]);
    expect(tokenizer).toMatchObject({ size: 4, bos: 3, eos: null, documentStart: 3 });
  });

  test('documents are opened by the mark of the training, not by that of a chat', () => {
    const json = broken({ added_tokens: [{ id: 3, content: '<|endoftext|>', special: true }, { id: 4, content: '<|im_start|>', special: true }] });
    expect(createTokenizer(json, '{"bos_token": "<|im_start|>"}', 5)).toMatchObject({ bos: 4, documentStart: 3 });
  });

  test('one whose largest id the model does not have', () => {
    expect(() => createTokenizer(tokenizerJson, configJson, 4095)).toThrow(TokenizerVocabularyError);
    expect(() => createTokenizer(tokenizerJson, configJson, 4095)).toThrow(/id 4095.*only 4095 entries/);
    expect(() => createTokenizer(broken({}), '{}', 3)).toThrow(/"<s>" has id 3/);
  });

  test.each([
    ['not JSON', '{', /not JSON/],
    ['a list', '[]', /at "/],
    ['no model', '{}', /model/],
    ['no vocabulary', broken({}, { vocab: undefined }), /vocab/],
    ['an empty vocabulary', broken({ added_tokens: [] }, { vocab: {}, merges: [] }), /empty/],
    ['an id that is a text', broken({}, { vocab: { a: '0' } }), /vocab/],
    ['a negative id', broken({}, { vocab: { a: 0, b: -1, ab: 2 } }), /impossible id -1/],
    ['a fractional id', broken({}, { vocab: { a: 0, b: 0.5, ab: 2 } }), /impossible id 0\.5/],
    ['two tokens on one id', broken({}, { vocab: { a: 0, b: 0, ab: 2 } }), /id 0 stands for both/],
    ['an added token on a taken id', broken({ added_tokens: [{ id: 1, content: '<s>' }] }), /id 1 stands for both/],
    ['a merge that makes no token', broken({}, { merges: ['b a'] }), /merge "b a"/],
    ['a merge of one part', broken({}, { merges: ['ab'] }), /merge "ab"/],
    ['merges that are numbers', broken({}, { merges: [1] }), /merges/],
    ['a BPE model without merges', broken({}, { merges: undefined }), /usable tokenizer/],
    ['an unknown kind of model', broken({}, { type: 'Telepathy', merges: undefined }), /usable tokenizer/],
    ['an unknown pre-tokenizer', broken({ pre_tokenizer: { type: 'Telepathy' } }), /usable tokenizer/],
    ['a pattern that is no regular expression', broken({ pre_tokenizer: { type: 'Split', pattern: { Regex: '(' }, behavior: 'Isolated' } }), /usable tokenizer/],
  ])('%s', (_, json, words) => {
    expect(() => createTokenizer(json, '{}', 4)).toThrow(TokenizerMalformedError);
    expect(() => createTokenizer(json, '{}', 4)).toThrow(words);
  });

  test('a malformed tokenizer_config.json', async () => {
    expect(() => createTokenizer(broken({}), '{"bos_token": 1}', 4)).toThrow(/tokenizer_config.json.*bos_token/);
    const bytes = (text: string) => new TextEncoder().encode(text);
    const source = new MemorySource('memory', new Map([['tokenizer.json', bytes(broken({}))], ['tokenizer_config.json', bytes('nope')]]));
    await expect(loadTokenizer(source, 4)).rejects.toBeInstanceOf(TokenizerMalformedError);
  });
});

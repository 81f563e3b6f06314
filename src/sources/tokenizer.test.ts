import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ExplainedError } from '../base/explained-error.ts';
import { MemorySource } from './memory-source.ts';
import { isLineStart, nextLineStart } from './text-cuts.ts';
import { createTokenizer, loadTokenizer } from './tokenizer.ts';
import { TokenizerMalformedError, TokenizerVocabularyError } from './tokenizer-errors.ts';

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

describe('a tokenizer that puts a space before every text (SentencePiece)', () => {
  const letters = [...new Set(['<unk>', ...'▁Onlie,fwrds".\nAth:12345?m\'T9boé naïv你好dLпривет мир'])];
  const vocab = Object.fromEntries(letters.map((letter, id) => [letter, id]));
  const withMerges = (...merges: [string, string][]) => {
    const tokens = Object.fromEntries(merges.map(([left, right], index) => [left + right, letters.length + index]));
    return createTokenizer(JSON.stringify({
      added_tokens: [],
      normalizer: { type: 'Sequence', normalizers: [{ type: 'Prepend', prepend: '▁' }, { type: 'Replace', pattern: { String: ' ' }, content: '▁' }] },
      pre_tokenizer: null,
      post_processor: null,
      decoder: { type: 'Sequence', decoders: [{ type: 'Replace', pattern: { String: '▁' }, content: ' ' }, { type: 'Fuse' }, { type: 'Strip', content: ' ', start: 1, stop: 0 }] },
      model: { type: 'BPE', unk_token: '<unk>', vocab: { ...vocab, ...tokens }, merges },
    }), '{}', 100);
  };
  const text = 'Alone\nin the dell\n'.repeat(3000);

  test('is cut between words', () => {
    const tokenizer = withMerges(['i', 'n'], ['▁', 'in']);
    expect([...tokenizer.encodeInParts(text)].length).toBeGreaterThan(2);
    expect(tokenizer.encode(text)).toHaveLength(text.length + 1 - 3000);
    expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
    expect(tokenizer).toMatchObject({ bos: null, eos: null, documentStart: null });
  });

  test('is cut in front of lines or words where there is no other place for long, and encodes all', () => {
    const tokenizer = withMerges(['n', '▁']);
    const long = text.repeat(6);
    const parts = [...tokenizer.encodeInParts(long)];
    expect(parts.length).toBeGreaterThan(3);
    // A line that begins a part has a space put before it, which is a token.
    expect(parts.flat()).toHaveLength(long.length + parts.length - 18_000);
    expect(tokenizer.encode('x'.repeat(200_000))).toHaveLength(200_000 + 3);
  });

  test('is fed the whole where a merge reaches over words', () => {
    const tokenizer = withMerges(['n', '▁']);
    expect([...tokenizer.encodeInParts(text)]).toHaveLength(1);
    expect(tokenizer.encode(text)).toHaveLength(text.length + 1 - 3000);
  });
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
    ['a model that is no BPE', broken({}, { type: 'WordPiece' }), /only BPE/],
    ['a vocabulary that is a list', broken({}, { vocab: [['a', 0]] }), /vocab/],
    ['random tokens', broken({}, { dropout: 0.1 }), /random/],
    ['tokens with a suffix', broken({}, { end_of_word_suffix: '</w>' }), /byte-level and SentencePiece/],
    ['a merge of three parts', broken({}, { merges: ['a b c'] }), /merge "a b c"/],
    ['deep nesting', `{"added_tokens": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`, /nested deeper/],
    ['deep steps', broken({ normalizer: Array.from({ length: 9 }).reduce<unknown>((inner) => ({ type: 'Sequence', normalizers: [inner] }), { type: 'NFC' }) }), /nested deeper/],
    ['a step that is a text', broken({ pre_tokenizer: 'ByteLevel' }), /cannot follow its pre_tokenizer/],
    ['a long added token', broken({ added_tokens: [{ id: 3, content: 'x'.repeat(1000) }] }), /added_tokens/],
    ['a great many added tokens', broken({ added_tokens: Array.from({ length: 1000 }, (_text, id) => ({ id: id + 3, content: `${id}`.padEnd(250, 'x') })) }), /characters|embedding|id 4/],
    ['a normalizer that blows texts up', broken({ normalizer: { type: 'Sequence', normalizers: Array.from({ length: 20 }, () => ({ type: 'Replace', pattern: { String: 'a' }, content: 'aa' })) } }), /up to 1048576 characters of one/],
    ['a normalizer with a long content', broken({ normalizer: { type: 'Prepend', prepend: 'a'.repeat(1000) } }), /longer than 16/],
    ['a Split that keeps its matches elsewhere', broken({ pre_tokenizer: { type: 'Split', pattern: { String: 'a' }, behavior: 'MergedWithNext' } }), /behavior/],
    ['a prefix space before a split', broken({ pre_tokenizer: { type: 'ByteLevel', add_prefix_space: true } }), /add_prefix_space/],
    ['an endless pre-tokenizer', broken({ pre_tokenizer: { type: 'FixedLength', length: 0 } }), /cannot follow its pre_tokenizer "FixedLength"/],
    ['more steps than are followed, nested', broken({ normalizer: { type: 'Sequence', normalizers: Array.from({ length: 8 }, () => ({ type: 'Sequence', normalizers: Array.from({ length: 8 }, () => ({ type: 'NFC' })) })) } }), /more than 64 steps/],
    ['more patterns than are tried', broken({ pre_tokenizer: { type: 'Sequence', pretokenizers: Array.from({ length: 9 }, () => ({ type: 'Split', pattern: { Regex: 'a' }, behavior: 'Isolated' })) } }), /more than 8 patterns/],
    ['a pattern that matches nothing, everywhere', broken({ normalizer: { type: 'Sequence', normalizers: [0, 1].map(() => ({ type: 'Replace', pattern: { Regex: 'x' }, content: 'aaaaaaaaaa' })) } }), /up to 121 characters of one/],
    ['a decoder that blows texts up', broken({ decoder: { type: 'Sequence', decoders: Array.from({ length: 20 }, () => ({ type: 'Replace', pattern: { String: 'a' }, content: 'aa' })) } }), /decoder makes up to 1048576 characters of one/],
    ['a merge of a million parts', broken({}, { merges: [' '.repeat(1e6)] }), /merge " /],
    ['more merges than are read', broken({}, { merges: Array.from({ length: 2 ** 20 + 1 }, () => 'a b') }), /at most 1048576 merges/],
    ['a pattern that is no regular expression', broken({ pre_tokenizer: { type: 'Split', pattern: { Regex: '(' }, behavior: 'Isolated' } }), /usable tokenizer/],
  ])('%s', (_, json, words) => {
    expect(() => createTokenizer(json, '{}', 4)).toThrow(TokenizerMalformedError);
    expect(() => createTokenizer(json, '{}', 4)).toThrow(words);
  });

  test.each([
    ['nested repetitions', '(a+)+$', /repeats a group/],
    ['a repeated choice', '(?:a|a)*b', /repeats a group/],
    ['deeper ones', '((a{1,5})){2,}', /repeats a group/],
    ['a reference back', String.raw`(a)\1`, /refers back/],
    ['a large count', 'a{1,5000}', /more than 100 times/],
    ['a long pattern', 'a'.repeat(3000), /longer than 2048/],
    ['a slow pattern of many parts', String.raw`\s*\s*\s*\s*\s*\s*\s*\s*x`, /takes too long/],
    ['a pattern whose time grows with the square', String.raw`\p{L}+\d`, /takes too long/],
  ])('%s in a pattern', (_, regex, words) => {
    const json = broken({ pre_tokenizer: { type: 'Split', pattern: { Regex: regex }, behavior: 'Isolated' } });
    expect(() => createTokenizer(json, '{}', 4)).toThrow(TokenizerMalformedError);
    expect(() => createTokenizer(json, '{}', 4)).toThrow(words);
  });

  test('any damage to the file gives a tokenizer or an explained error, in little time', () => {
    const sound = broken({ pre_tokenizer: { type: 'Split', pattern: { Regex: String.raw`\p{L}+| ?[^\s\p{L}]+|\s+` }, behavior: 'Isolated' }, normalizer: { type: 'NFC' }, decoder: { type: 'ByteLevel' } });
    const values: unknown[] = [null, -1, 1e9, 0.5, '', 'a', [], {}, true, ['a', 'b'], { type: 'Sequence' }, { Regex: '(a*)*' }, 'Sequence', '__proto__'];
    /** Puts a value in the place of the n-th one of a JSON tree. */
    const replaced = (tree: unknown, place: { left: number }, value: unknown): unknown => {
      if (place.left-- === 0) return value;
      if (Array.isArray(tree)) return tree.map((item) => replaced(item, place, value));
      if (typeof tree !== 'object' || tree === null) return tree;
      return Object.fromEntries(Object.entries(tree).map(([key, item]) => [key, replaced(item, place, value)]));
    };
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(40), fc.constantFrom(...values)), { minLength: 1, maxLength: 3 }), fc.nat(200), (changes, cut) => {
      const tree = changes.reduce<unknown>((json, [place, value]) => replaced(json, { left: place }, value), JSON.parse(sound));
      const json = JSON.stringify(tree) ?? 'null';
      for (const text of [json, json.slice(0, cut)]) {
        try {
          createTokenizer(text, '{"bos_token": "<s>"}', 1000).encode('ab <s> ba\n');
        } catch (error) {
          expect(error).toBeInstanceOf(ExplainedError);
        }
      }
    }), { numRuns: 300, seed: 4 });
  }, 60_000);

  test('tokens named like the properties of objects are tokens like others', () => {
    const names = ['constructor', '__proto__', 'prototype', 'toString', 'hasOwnProperty'];
    const letters = [...new Set(names.join(''))];
    const merges: [string, string][] = [];
    const tokens = new Set<string>(letters);
    for (const name of names) {
      for (let end = 2; end <= name.length; end++) {
        if (tokens.has(name.slice(0, end))) continue;
        tokens.add(name.slice(0, end));
        merges.push([name.slice(0, end - 1), name.slice(end - 1, end)]);
      }
    }
    merges.push(['__proto', '__']); // the marks at the end merge before they meet the rest
    const vocab = `{${[...tokens].map((token, id) => `${JSON.stringify(token)}: ${id}`).join(', ')}}`;
    const json = `{"model": {"type": "BPE", "vocab": ${vocab}, "merges": ${JSON.stringify(merges)}}}`;
    const tokenizer = createTokenizer(json, null, 200);
    expect(tokenizer.size).toBe(tokens.size);
    for (const name of names) expect([...tokenizer.encode(name)]).toEqual([[...tokens].indexOf(name)]);
  });

  test('without tokenizer_config.json other files tell bos and eos, or none', async () => {
    const load = (files: Record<string, string>) =>
      loadTokenizer(new MemorySource('memory', new Map(Object.entries({ 'tokenizer.json': broken({}), ...files }).map(([path, text]) => [path, new TextEncoder().encode(text)]))), 4);
    expect(await load({})).toMatchObject({ bos: null, eos: null, documentStart: null });
    expect(await load({ 'special_tokens_map.json': '{"bos_token": {"content": "<s>"}, "eos_token": "ab"}' })).toMatchObject({ bos: 3, eos: 2 });
    expect(await load({ 'generation_config.json': '{"bos_token_id": 3, "eos_token_id": [1, 3]}' })).toMatchObject({ bos: 3, eos: 1, documentStart: 3 });
    expect(await load({ 'generation_config.json': '{"bos_token_id": 77, "eos_token_id": []}' })).toMatchObject({ bos: null, eos: null });
    expect(await load({ 'tokenizer_config.json': '{}', 'generation_config.json': '{"bos_token_id": 3}' })).toMatchObject({ bos: null });
    await expect(load({ 'generation_config.json': '[' })).rejects.toBeInstanceOf(TokenizerMalformedError);
  });

  test('a malformed tokenizer_config.json', async () => {
    expect(() => createTokenizer(broken({}), '{"bos_token": 1}', 4)).toThrow(/tokenizer_config.json.*bos_token/);
    const bytes = (text: string) => new TextEncoder().encode(text);
    const source = new MemorySource('memory', new Map([['tokenizer.json', bytes(broken({}))], ['tokenizer_config.json', bytes('nope')]]));
    await expect(loadTokenizer(source, 4)).rejects.toBeInstanceOf(TokenizerMalformedError);
  });
});

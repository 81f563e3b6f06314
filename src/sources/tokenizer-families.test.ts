import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { createTokenizer } from './tokenizer.ts';
import type { Tokenizer } from './tokenizer.ts';
import { families, longText, reference, referenceStrings, tokenizerFile } from './tokenizer-families.fixture.ts';

/** What the tokenizer_config.json of a family says, its vocabulary with padding, and what opens its documents. */
const known = {
  smollm2: { bos: '<|endoftext|>', eos: '<|endoftext|>', vocabulary: 49_152, opens: '<|endoftext|>' },
  'llama-2': { bos: '<s>', eos: '</s>', vocabulary: 32_000, opens: '<s>' },
  'mistral-v0.1': { bos: '<s>', eos: '</s>', vocabulary: 32_000, opens: '<s>' },
  'mistral-v0.3': { bos: '<s>', eos: '</s>', vocabulary: 32_768, opens: '<s>' },
  'llama-3': { bos: '<|begin_of_text|>', eos: '<|eot_id|>', vocabulary: 128_256, opens: '<|begin_of_text|>' },
  'mistral-nemo': { bos: '<s>', eos: '</s>', vocabulary: 131_072, opens: '<s>' },
  'qwen2.5': { bos: null, eos: '<|im_end|>', vocabulary: 151_936, opens: '<|endoftext|>' },
  qwen3: { bos: null, eos: '<|im_end|>', vocabulary: 151_936, opens: '<|endoftext|>' },
} as const;

describe.each(families)('%s', (family) => {
  let tokenizer: Tokenizer;
  const { ids, long, withSpecial, decoded } = reference(family);
  beforeAll(() => {
    const { bos, eos, vocabulary } = known[family];
    tokenizer = createTokenizer(tokenizerFile(family), JSON.stringify({ bos_token: bos, eos_token: eos }), vocabulary);
  }, 120_000);

  test('ids are those of the reference', () => {
    expect(ids).toHaveLength(referenceStrings.length);
    const wrong = referenceStrings.flatMap((text, index) => {
      const own = [...tokenizer.encode(text)];
      return JSON.stringify(own) === JSON.stringify(ids[index]) ? [] : [{ text, own, reference: ids[index] }];
    });
    expect(wrong).toEqual([]);
  });

  test('ids decode as the reference decodes them', () => {
    const wrong = referenceStrings.flatMap((text, index) => {
      const own = tokenizer.decode(ids[index] ?? []);
      const wanted = decoded[index] ?? text;
      return own === wanted ? [] : [{ text, own, wanted }];
    });
    expect(wrong).toEqual([]);
  });

  test('documents are opened as the tokenizer itself opens texts, or by what parted documents in training', () => {
    const { bos, eos, opens } = known[family];
    const idOf = (token: string | null) => (token === null ? null : tokenizer.encode(token)[0]);
    expect([tokenizer.bos, tokenizer.eos, tokenizer.documentStart]).toEqual([idOf(bos), idOf(eos), idOf(opens)]);
    for (const [index, special] of Object.entries(withSpecial)) {
      const plain = ids[Number(index)] ?? [];
      expect(special).toEqual(special.length === plain.length ? plain : [tokenizer.documentStart, ...plain]);
    }
  });

  test('a long text in parts has the ids of the whole', () => {
    const parts = long.map((_, rotation) => [...tokenizer.encodeInParts(longText(rotation))]);
    for (const one of parts) expect(one.length).toBeGreaterThan(1);
    const hashes = parts.map((one) => createHash('sha256').update(Int32Array.from(one.flat())).digest('hex'));
    expect(hashes).toEqual(long);
  });
});

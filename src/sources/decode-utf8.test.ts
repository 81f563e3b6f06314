import { expect, test } from 'vitest';
import { readCompanionFiles } from './companion-files.ts';
import { decodeUtf8 } from './decode-utf8.ts';
import { MemorySource } from './memory-source.ts';
import { readShardIndex } from './sharded.ts';
import { loadTokenizer } from './tokenizer.ts';

const broken = Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d); // {"?":1}

test('text comes without its mark, and bytes that are none not at all', () => {
  expect(decodeUtf8(new TextEncoder().encode('\ufeff{"é": "好"}'))).toBe('{"é": "好"}');
  expect(decodeUtf8(broken)).toBeNull();
});

test('files of a model with bytes that are no text are refused, not mended', async () => {
  const source = new MemorySource('memory', new Map([['tokenizer.json', broken], ['index.json', broken], ['tokenizer_config.json', broken]]));
  await expect(loadTokenizer(source, 10)).rejects.toThrow('tokenizer.json is no usable tokenizer: it is not UTF-8 text');
  await expect(readShardIndex(source, 'index.json')).rejects.toThrow('not UTF-8');
  await expect(readCompanionFiles(source)).rejects.toThrow('tokenizer_config.json cannot be passed on: it is not UTF-8 text');
});

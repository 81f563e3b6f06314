import { describe, expect, it } from 'vitest';
import { CompanionFileError, readCompanionFiles } from './companion-files.ts';
import { FileMissingError } from './file-source.ts';
import type { FileSource } from './file-source.ts';
import { MemorySource } from './memory-source.ts';

type Files = Readonly<Record<string, string | object>>;

const sourceOf = (files: Files): MemorySource =>
  new MemorySource(
    'model',
    new Map(Object.entries(files).map(([path, content]) => [path, new TextEncoder().encode(typeof content === 'string' ? content : JSON.stringify(content))])),
  );

/** As a server is: it has no list. */
const unlisted = (source: FileSource): FileSource => ({ name: source.name, open: (path, options) => source.open(path, options) });

const tokenizer = '{ "as" : "it was" }\n';

describe('what goes with a model', () => {
  const files = {
    'tokenizer.json': tokenizer,
    'tokenizer_config.json': { eos_token: '</s>', chat_template: '{{ messages }}' },
    'generation_config.json': { eos_token_id: [1, 2] },
    'model.safetensors': 'not asked for',
  };

  it.each([
    ['a folder', (source: FileSource) => source],
    ['a place that lists nothing', unlisted],
  ])('is read from %s, the tokenizer byte by byte', async (_, place) => {
    const companions = await readCompanionFiles(place(sourceOf(files)));
    expect(new TextDecoder().decode(companions.tokenizer)).toBe(tokenizer);
    expect(companions).toMatchObject({
      tokenizerConfig: { eos_token: '</s>', chat_template: '{{ messages }}' },
      chatTemplate: '{{ messages }}',
      generationConfig: { eos_token_id: [1, 2] },
    });
  });

  it('may be no more than a tokenizer', async () => {
    for (const source of [sourceOf({ 'tokenizer.json': tokenizer }), unlisted(sourceOf({ 'tokenizer.json': tokenizer }))]) {
      expect(await readCompanionFiles(source)).toMatchObject({ tokenizerConfig: {}, chatTemplate: null, generationConfig: null });
    }
  });

  it('must have a tokenizer', async () => {
    await expect(readCompanionFiles(sourceOf({ 'tokenizer_config.json': {} }))).rejects.toThrow(FileMissingError);
  });

  it('has the special tokens from their own file where there is no other', async () => {
    const map = { 'special_tokens_map.json': { bos_token: '<s>' } };
    expect((await readCompanionFiles(sourceOf({ 'tokenizer.json': tokenizer, ...map }))).tokenizerConfig).toEqual({ bos_token: '<s>' });
    expect((await readCompanionFiles(sourceOf({ ...files, ...map }))).tokenizerConfig).not.toHaveProperty('bos_token');
  });

  it('asks a list before it asks for files', async () => {
    const asked: string[] = [];
    const source = sourceOf({ 'tokenizer.json': tokenizer });
    await readCompanionFiles({ name: 'model', list: () => source.list(), open: (path, options) => (asked.push(path), source.open(path, options)) });
    expect(asked).toEqual(['tokenizer.json']);
  });
});

describe('the chat template', () => {
  const named = (...names: string[]) => names.map((name) => ({ name, template: `for ${name}` }));
  const stated = (template: unknown): Files => ({ 'tokenizer_config.json': { chat_template: template } });

  it.each<[string, Files, string | null]>([
    ['is a text', stated('a'), 'a'],
    ['is called default among several', stated(named('tool_use', 'default', 'rag')), 'for default'],
    ['is none where none is called default', stated(named('tool_use')), null],
    ['is none where it is something else', stated({ default: 'a' }), null],
    ['is none in a malformed list', stated([null, 'default', { name: 'default' }, { name: 'default', template: 1 }]), null],
    ['is a file of its own', { 'chat_template.jinja': 'b' }, 'b'],
    ['is the file where both are there', { ...stated('a'), 'chat_template.jinja': 'b' }, 'b'],
    ['is that of a processor last', { 'chat_template.json': { chat_template: 'c' } }, 'c'],
    ['is not that of a processor where there is another', { ...stated('a'), 'chat_template.json': { chat_template: 'c' } }, 'a'],
  ])('%s', async (_, files, template) => {
    expect((await readCompanionFiles(sourceOf({ 'tokenizer.json': tokenizer, ...files }))).chatTemplate).toBe(template);
  });
});

describe('refused', () => {
  const deep = `{"a":${'['.repeat(64)}${']'.repeat(64)}}`;
  it.each<[string, string | object, RegExp]>([
    ['tokenizer_config.json', '{', /tokenizer_config\.json cannot be passed on: it is not JSON/],
    ['generation_config.json', '[]', /it is not a JSON object/],
    ['generation_config.json', deep, /deeper than 64 levels/],
    ['chat_template.json', 'x', /it is not JSON/],
    ['chat_template.jinja', ' '.repeat((1 << 20) + 1), /1048577 bytes/],
    ['tokenizer_config.json', ' '.repeat((16 << 20) + 1), /16777217 bytes/],
  ])('%s that is %.5s', async (path, content, reason) => {
    const reading = readCompanionFiles(sourceOf({ 'tokenizer.json': tokenizer, [path]: content }));
    await expect(reading).rejects.toThrow(CompanionFileError);
    await expect(reading).rejects.toThrow(reason);
  });

  it('a tokenizer.json that is absurdly long, before it is read', async () => {
    const source: FileSource = { name: 'model', open: async () => ({ size: (64 << 20) + 1, slice: () => Promise.reject(new Error('read')) }) };
    await expect(readCompanionFiles(source)).rejects.toThrow(CompanionFileError);
  });

  it('to go on once the signal has fired', async () => {
    await expect(readCompanionFiles(sourceOf({ 'tokenizer.json': tokenizer }), { signal: AbortSignal.abort() })).rejects.toThrow('abort');
  });
});

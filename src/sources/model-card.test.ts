import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MemorySource } from './memory-source.ts';
import { aboutSource, readModelCard } from './model-card.ts';

const nothing = { licence: null, licenceName: null, licenceLink: null, baseModel: null };
const card = (...lines: string[]) => ['---', ...lines, '---', '# A model', 'license: none of this counts'].join('\n');

test.each([
  ['a plain card', card('language:', '- en', 'license: apache-2.0', 'base_model: owner/name'), { ...nothing, licence: 'apache-2.0', baseModel: 'owner/name' }],
  ['the British word', card('licence: mit'), { ...nothing, licence: 'mit' }],
  [
    'a licence of its own',
    card('license: other', 'license_name: llama3', "license_link: 'https://host/LICENSE'"),
    { ...nothing, licence: 'other', licenceName: 'llama3', licenceLink: 'https://host/LICENSE' },
  ],
  ['a list of one', card('base_model:', '  - owner/name', 'tags:', '- x'), { ...nothing, baseModel: 'owner/name' }],
  ['a list of two, which is a merge', card('base_model:', '- a/b', '- c/d'), nothing],
  ['quotes and a comment', card('license: "cc-by-4.0"   # as agreed'), { ...nothing, licence: 'cc-by-4.0' }],
  ['Windows line ends and a byte order mark', `\uFEFF${card('license: mit').replaceAll('\n', '\r\n')}`, { ...nothing, licence: 'mit' }],
  ['keys of inner objects', card('model-index:', '  license: mit'), nothing],
  ['what is no plain text', card('license: [mit, apache]', 'license_name: |', 'license_link: *anchor', 'base_model: {a: b}'), nothing],
  ['an address with a fragment', card('license_link: https://host/#licence # see there'), { ...nothing, licenceLink: 'https://host/#licence' }],
  ['an open quote', card('license: "mit'), nothing],
  ['null', card('license: null', 'license_name: ~'), nothing],
  ['a value without end', card(`license: ${'x'.repeat(1000)}`), nothing],
  ['no space, which is no key', card('license:mit'), nothing],
  ['no front matter', '# A model\nlicense: mit\n', nothing],
  ['front matter without end', '---\nlicense: mit\n', nothing],
  ['front matter that is not at the top', '\n---\nlicense: mit\n---\n', nothing],
  ['an empty card', '', nothing],
])('%s', (_, text, expected) => expect(readModelCard(text)).toEqual(expected));

test('any card is read at once, whatever it says', () => {
  fc.assert(fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom('---', 'license: mit', 'license:', '- a', ': ', '"', '#', ' '.repeat(1000)))), (lines) => {
    const read = readModelCard(['---', ...lines].join('\n'));
    return Object.values(read).every((value) => value === null || value.length <= 200);
  }));
  const start = performance.now();
  readModelCard(card(`license: a${' '.repeat(60_000)}x#`));
  readModelCard(card(`license: "${'# '.repeat(30_000)}`));
  expect(performance.now() - start).toBeLessThan(500);
});

describe('a source', () => {
  const files = (text: string) => new Map([['README.md', new TextEncoder().encode(text)]]);
  const silent = { name: 'here', licence: null, card: null, revision: null };

  test('with a card', async () => {
    expect(await aboutSource(new MemorySource('here', files(card('license: mit'))))).toEqual({ ...silent, licence: 'mit' });
    expect(await aboutSource(new MemorySource('here', files(card('license: other', 'license_name: llama3'))))).toEqual({ ...silent, licence: 'llama3' });
    expect(await aboutSource(new MemorySource('here', files(card('license: other'))))).toEqual({ ...silent, licence: 'other' });
  });

  test('without one', async () => {
    expect(await aboutSource(new MemorySource('here', new Map()))).toEqual(silent);
  });

  test('that knows itself', async () => {
    const about = { name: 'owner/name', licence: 'apache-2.0', card: 'https://host/owner/name', revision: 'abc' };
    const source = Object.assign(new MemorySource('here', files(card('license: mit'))), { about });
    expect(await aboutSource(source)).toEqual(about);
  });
});

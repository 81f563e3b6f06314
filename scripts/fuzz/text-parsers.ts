import { gzipSync } from 'node:zlib';
import type { Random } from '../../src/base/random.ts';
import { ExplainedError } from '../../src/base/explained-error.ts';
import { checkPath } from '../../src/sources/file-source.ts';
import { FilesSource } from '../../src/sources/files-source.ts';
import { guardedFile, mutateBytes, pick } from '../../src/sources/fuzz.fixture.ts';
import { inspectText } from '../../src/sources/inspect-text.ts';
import { readModelCard } from '../../src/sources/model-card.ts';
import { formatModelRef, modelName, parseModelRef } from '../../src/sources/model-ref.ts';
import { folderModel, modelFolder, readRecord, storedPath } from '../../src/sources/stored-record.ts';
import { loadTextFile } from '../../src/sources/text.ts';
import { formatTextRef, parseTextRef } from '../../src/sources/text-ref.ts';
import { MemoryStorage } from '../../src/storage/memory-storage.ts';
import { checkedParts } from '../../src/storage/storage-checks.ts';
import { bytesOf, must, textOf } from './fuzz-parser.ts';
import type { FuzzParser } from './fuzz-parser.ts';
import { mutateText, several, someBytes, someJson } from './mutate-text.ts';

/** Texts, model cards, names, paths, and the records of stored models. */

const plain = 'First book.\n\n\nSecond book, with a line\nand another.\r\n\r\n\tThird.\n'.repeat(3);
const records = ['{"text": "One.", "id": 1}', '{"id": 2, "text": "Two\\nlines."}', '', '{"text": null, "content": "Three."}', '{"text": "Four"}'].join('\n');
/** A packed text that is a thousand times as long as its file. */
const bomb = gzipSync(new Uint8Array(3e6).fill(0x61), { level: 9 });
/** Members one after the other, as `cat` makes them, some of them empty. */
const members = Buffer.concat([gzipSync('One.\n'), gzipSync(''), gzipSync('Two.\n')]);

const texts: FuzzParser = {
  name: 'text',
  share: 8,
  make: (random) => {
    const name = pick(random, ['a.txt', 'a.jsonl', 'a.txt.gz', 'a.jsonl.gz', 'a.ndjson'] as const);
    const content = random.below(2) === 0 ? mutateText(random, plain) : mutateText(random, records, ['{"text": ', '{"__proto__": {"text": "x"}}', '\n'.repeat(500)]);
    if (random.below(3) > 0) return { [name]: random.below(4) === 0 ? mutateBytes(random, bytesOf(content)) : content };
    return { [name]: someBytes(random, pick(random, [gzipSync(content), gzipSync(content), members, bomb] as const)) };
  },
  parse: async (input) => {
    const [[name, content] = ['', '']] = Object.entries(input);
    const file = guardedFile(bytesOf(content));
    const look = await inspectText(file, name);
    must(look.sample.length <= 400, 'the sample is too long');
    const limits = { wholeBytes: 1 << 20, mostCharacters: 1 << 20 };
    const { documents, characters } = await loadTextFile(name, file, { ...limits, field: look.fields[0] ?? null });
    must(documents.length > 0 && characters <= 2 << 20, 'a text is longer than its limit');
    return 'read';
  },
};

const card = '---\nlicense: apache-2.0 # so it is\nbase_model:\n- owner/name\nlicense_link: "https://host/a"\n---\n# Text\n';

const modelCard: FuzzParser = {
  name: 'model-card',
  share: 3,
  make: (random) => ({ 'README.md': random.below(2) === 0 ? someBytes(random, bytesOf(card)) : mutateText(random, card, ['---\n', 'license: <b>', ': ', '"', '- ', '&a *a']) }),
  parse: async (input) => {
    const values = Object.values(readModelCard(textOf(input['README.md'])));
    must(values.every((value) => value === null || (value.length <= 200 && !value.includes('\n'))), 'a value is none of one line');
    return values.some((value) => value !== null) ? 'read' : 'refused';
  },
};

const names = ['tales-6m', 'hub:owner/name@main', 'hub:owner/name@refs/pr/1', 'url:https://host/folder/?q=1', 'local:my model', 'tales', 'url:https://host/data.jsonl#text', 'local:file.jsonl#a%20b'] as const;

const references: FuzzParser = {
  name: 'references',
  share: 6,
  make: (random) => ({ reference: random.below(6) === 0 ? pick(random, names) : mutateText(random, pick(random, names), ['hub:', 'url:', 'local:', 'url:javascript:', 'https://user:pass@host/', '@', '#%', '%zz']) }),
  parse: async (input) => {
    const reference = textOf(input['reference']);
    let refused = 0;
    for (const read of [readModelName, readTextName]) {
      try {
        read(reference);
      } catch (error) {
        if (!(error instanceof ExplainedError)) throw error;
        refused++;
      }
    }
    return refused === 2 ? 'refused' : 'read';
  },
};

function readModelName(text: string): void {
  const ref = parseModelRef(text);
  must(formatModelRef(parseModelRef(formatModelRef(ref))) === formatModelRef(ref), 'a name does not stand for itself');
  modelName(text);
  if (ref.kind === 'local') return;
  const folder = modelFolder(formatModelRef(ref));
  must(checkedParts(folder).length === 2 && folderModel(folder.slice(folder.indexOf('/') + 1)) === formatModelRef(ref), 'a folder is not that of its model');
}

function readTextName(text: string): void {
  const ref = parseTextRef(text);
  must(formatTextRef(parseTextRef(formatTextRef(ref))) === formatTextRef(ref), 'a name does not stand for itself');
}

const somePaths = ['config.json', 'onnx/model.onnx', 'a/b/c.safetensors', 'model folder/config.json', '.gitattributes'] as const;

const paths: FuzzParser = {
  name: 'paths',
  share: 6,
  make: (random) => Object.fromEntries([...several(random, somePaths, 2), mutateText(random, pick(random, somePaths), ['../', './', '..\\', 'C:', '\u0000', '/..', '%2e%2e/', '．．/', '..／', '\u2025/', '. ./', '.. /', 'CON', '\t./'])].map((path) => [path, 'x'])),
  parse: async (input) => {
    const source = new FilesSource('what was dropped', Object.keys(input).map((path) => ({ path, file: new Blob(['x']) })));
    let refused = 0;
    for (const path of Object.keys(input)) {
      try {
        checkPath('fuzz', path);
      } catch (error) {
        if (!(error instanceof ExplainedError)) throw error;
        refused++;
        continue;
      }
      stays(path);
    }
    for (const path of await source.list()) await (await source.open(path)).slice(0, 1);
    return refused > 0 ? 'refused' : 'read';
  },
};

/** A path that passed must stay where it is, however it is used. */
function stays(path: string): void {
  const base = new URL('https://host/folder/');
  const joined = new URL(base);
  joined.pathname += path;
  for (const url of [joined, new URL(path.split('/').map(encodeURIComponent).join('/'), base)]) {
    must(url.origin === base.origin && url.pathname.startsWith('/folder/') && url.search === '' && url.hash === '', 'a path leaves its folder');
    must(url.pathname.split('/').length === path.split('/').length + 2, 'a path has another depth as an address');
  }
  try {
    must(checkedParts(storedPath('models/x', path)).join('/').startsWith('models/x/files/'), 'a path leaves its storage');
  } catch (error) {
    if (!(error instanceof ExplainedError)) throw error;
  }
}

const record = {
  version: 1,
  model: 'hub:owner/name@main',
  about: { name: 'owner/name', licence: 'mit', card: 'https://huggingface.co/owner/name', revision: null },
  files: [{ path: 'config.json', size: 23, sha256: 'a'.repeat(64), etag: null }, { path: 'onnx/model.onnx', size: 1e9, sha256: null, etag: '"x"' }],
  storedAt: '2026-01-01T00:00:00.000Z',
};

const storedModel: FuzzParser = {
  name: 'stored-model',
  share: 3,
  make: (random: Random) => ({ 'complete.json': random.below(5) === 0 ? someBytes(random, bytesOf(JSON.stringify(record))) : someJson(random, record) }),
  parse: async (input) => {
    const storage = new MemoryStorage();
    const file = await storage.open(`${modelFolder(record.model)}/complete.json`, { create: true });
    await file.write(0, bytesOf(input['complete.json']));
    await file[Symbol.asyncDispose]();
    const read = await readRecord(storage, record.model, 'complete.json');
    for (const { path } of read?.files ?? []) checkPath('fuzz', path);
    return read ? 'read' : 'refused';
  },
};

export const textParsers: readonly FuzzParser[] = [texts, modelCard, references, paths, storedModel];

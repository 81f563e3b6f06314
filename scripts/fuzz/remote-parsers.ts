import type { Random } from '../../src/base/random.ts';
import { pick } from '../../src/sources/fuzz.fixture.ts';
import { openHub } from '../../src/sources/hub-source.ts';
import { neededFiles } from '../../src/sources/needed-files.ts';
import type { RemoteFolder } from '../../src/sources/remote-folder.ts';
import { RemoteSource } from '../../src/sources/remote-source.ts';
import type { Fetcher } from '../../src/sources/request.ts';
import { openUrlFile } from '../../src/sources/url-file.ts';
import { openUrlFolder } from '../../src/sources/url-folder.ts';
import { bytesOf, must, textOf } from './fuzz-parser.ts';
import type { FuzzInput, FuzzParser, Outcome } from './fuzz-parser.ts';
import { mutateText, someJson } from './mutate-text.ts';

/** What servers answer: the Hub's interface, and files below addresses. */

const commit = '0123456789abcdef0123456789abcdef01234567';
const statuses = [200, 200, 200, 200, 200, 200, 206, 206, 401, 404, 416, 429, 500] as const;
const headerValues = ['0', '5', '12', '-1', '1e3', '999999999999999', '99999999999999999999', 'NaN', '', 'bytes 0-4/5', 'bytes 0-0/12', 'bytes 5-4/3', 'bytes 0-4/*', 'bytes */5', 'text/html', 'gzip', 'W/"x"', 'x'.repeat(3000)] as const;

/** An answer as text: status, headers, and, behind an empty line, the body. One of a dozen is faulty. */
function answer(random: Random, body: string, headers: Readonly<Record<string, string>> = {}): string {
  const faulty = random.below(12) === 0;
  const all: Record<string, string> = { 'content-length': String(bytesOf(body).length), ...headers };
  const names = ['content-length', 'content-range', 'content-type', 'content-encoding', 'etag', 'retry-after', 'x-error-code', 'link'] as const;
  if (faulty) all[pick(random, names)] = pick(random, headerValues);
  return [faulty ? pick(random, statuses) : 200, ...Object.entries(all).map(([name, value]) => `${name}: ${value}`), '', body].join('\n');
}

/** The answers of an input by the part of the address that they stand for; 404 for the rest. */
const fetcherOf = (input: FuzzInput): Fetcher => {
  let asked = 0;
  return async (url, init) => {
    must(++asked < 2000, 'requests do not end');
    const { pathname } = new URL(url);
    const found = Object.entries(input).find(([part]) => pathname.includes(part));
    if (!found) return new Response(null, { status: 404 });
    const text = textOf(found[1]);
    const split = text.indexOf('\n\n');
    const [status = '200', ...lines] = text.slice(0, split).split('\n');
    const headers = new Headers(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()] as [string, string]));
    const body = bytesOf(text.slice(split + 2));
    const range = /^bytes=(\d+)-(\d*)$/.exec(new Headers(init?.headers).get('range') ?? '');
    if (range && status === '206') return new Response(body.slice(Number(range[1]), range[2] === '' ? body.length : Number(range[2]) + 1), { status: 206, headers });
    return new Response(init?.method === 'HEAD' ? null : body, { status: Number(status), headers });
  };
};

/** Looks at what a server has as the page does before a download. */
async function lookInto(folder: RemoteFolder): Promise<Outcome> {
  for (const { path, size } of folder.files) must(Number.isSafeInteger(size) && size >= 0 && !path.includes('..'), 'a file is none');
  const source = new RemoteSource(folder);
  for (const { path, size } of await neededFiles(folder)) {
    const file = await source.open(path);
    if (size < 1e6) await file.slice(0, file.size);
  }
  return 'read';
}

const small = { 'config.json': '{"model_type": "llama"}', 'tokenizer.json': '{}', 'README.md': '---\nlicense: mit\n---\n' };
const index = { weight_map: { a: 'm-1.safetensors', b: 'm-2.safetensors' } };
const weights = 'x'.repeat(40);

const hubInfo = { _id: '1', id: 'owner/name', modelId: 'owner/name', sha: commit, gated: false, private: false, downloads: 1, likes: 1, lastModified: '2026-01-01T00:00:00.000Z', pipeline_tag: 'x', tags: ['license:mit'], cardData: { license: 'mit' } };
const hubTree = ['config.json', 'tokenizer.json', 'README.md', 'm-1.safetensors', 'm-2.safetensors', 'model.safetensors.index.json'].map((path) => ({
  type: 'file',
  path,
  size: path.endsWith('.json') && path.startsWith('model') ? JSON.stringify(index).length : path.endsWith('.safetensors') ? 40 : 2,
  oid: commit,
  ...(path.endsWith('.safetensors') ? { lfs: { oid: 'a'.repeat(64), size: 40, pointerSize: 130 } } : {}),
}));

const hub: FuzzParser = {
  name: 'hub',
  share: 4,
  make: (random) => ({
    '/revision/': answer(random, random.below(3) === 0 ? someJson(random, hubInfo) : JSON.stringify(hubInfo)),
    '/tree/': answer(random, random.below(3) > 0 ? someJson(random, hubTree) : JSON.stringify(hubTree), random.below(8) === 0 ? { link: `<${pick(random, ['https://hub.test/api/models/owner/name/tree/next', 'nowhere', 'file:///x', 'https://other.test/tree/'])}>; rel="next"` } : {}),
    'index.json': answer(random, random.below(3) > 0 ? JSON.stringify(index) : someJson(random, index)),
    'README.md': answer(random, small['README.md']),
    '/resolve/': answer(random, weights),
  }),
  parse: async (input) => {
    const id = 'owner/name';
    return lookInto(await openHub({ endpoint: 'https://hub.test', id, revision: 'main', token: 'secret', fetcher: fetcherOf(input) }));
  },
};

const urlFolder: FuzzParser = {
  name: 'url-folder',
  share: 4,
  make: (random) => ({
    'config.json': answer(random, small['config.json']),
    'tokenizer.json': answer(random, small['tokenizer.json']),
    'README.md': answer(random, mutateText(random, small['README.md'])),
    ...(random.below(2) === 0 ? { 'm-1.safetensors': answer(random, weights), 'm-2.safetensors': answer(random, weights), 'index.json': answer(random, someJson(random, index)) } : { '/model.safetensors': answer(random, weights) }),
  }),
  parse: async (input) => lookInto(await openUrlFolder({ base: 'https://files.test/model?key=secret', fetcher: fetcherOf(input) })),
};

const urlFile: FuzzParser = {
  name: 'url-file',
  share: 3,
  make: (random) => ({ '/text': answer(random, 'A text.\n'.repeat(random.below(40)), random.below(2) === 0 ? {} : { 'content-range': `bytes 0-4/${random.below(400)}` }) }),
  parse: async (input) => {
    const file = await openUrlFile('https://files.test/text?signature=secret', { fetcher: fetcherOf(input), wholeLimit: 1e6 });
    await file.slice(0, Math.min(file.size, 1e6));
    return 'read';
  },
};

export const remoteParsers: readonly FuzzParser[] = [hub, urlFolder, urlFile];

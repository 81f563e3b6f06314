import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FileMissingError, FileUnreadableError, PathRefusedError, readAll } from './file-source.ts';
import type { FileSource } from './file-source.ts';
import { MemorySource } from './memory-source.ts';
import { UrlSource } from './url-source.ts';

const content = Uint8Array.from({ length: 100_000 }, (_, index) => index % 251);
let origin = '';
const server = createServer((request, response) => {
  const path = new URL(request.url ?? '', 'http://localhost').pathname;
  if (path === '/site/files/a/data.bin') response.end(content);
  else if (path === '/site/files/packed.bin') response.setHeader('content-encoding', 'gzip').end(gzipSync(content));
  else if (path === '/site/files/page.json') response.setHeader('content-type', 'text/html; charset=utf-8').end('<html>');
  else if (path === '/site/files/broken.bin') response.writeHead(500).end();
  else if (path === '/site/files/cut.bin') {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('short', () => response.destroy());
  } else response.writeHead(404).end();
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo;
  origin = `http://127.0.0.1:${address.port}/site/files`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe.each([
  ['memory', () => new MemorySource('memory', new Map([['a/data.bin', content]]))],
  ['URL', () => new UrlSource(origin)],
] as const)('%s source', (_, make: () => FileSource) => {
  test('reads ranges and the whole', async () => {
    const seen: (readonly [number, number | null])[] = [];
    const file = await make().open('a/data.bin', { onProgress: (done, total) => seen.push([done, total]) });
    expect(file.size).toBe(content.length);
    expect(await file.slice(99_990, 100_000)).toEqual(content.subarray(99_990));
    expect(await file.slice(5, 5)).toEqual(new Uint8Array());
    expect(await readAll(file)).toEqual(content);
    expect(seen.at(-1)).toEqual([100_000, 100_000]);
  });

  test('refuses ranges outside the file', async () => {
    const file = await make().open('a/data.bin');
    for (const [start, end] of [[-1, 4], [4, 3], [0, 100_001], [0.5, 2], [0, Number.NaN]] as const) {
      await expect(file.slice(start, end)).rejects.toThrow(RangeError);
    }
  });

  test('says that a file is missing', async () => {
    await expect(make().open('a/none.bin')).rejects.toBeInstanceOf(FileMissingError);
    await expect(make().open('a')).rejects.toBeInstanceOf(FileMissingError);
  });

  test.each([
    '../data.bin', 'a/../../x', '/etc/passwd', 'a//data.bin', './a', '', 'C:\\x', 'http://x/y', 'a/%2e%2e/b', 'a?b',
    // What addresses drop, what Windows does, what turns the direction of writing, and what is too long.
    '.\t./data.bin', '.\n.', 'a\r', '.. /x', 'a/ /b', '...', 'a\0.bin', 'nib.\u202Egpj', 'a\u2028b', '\ud800', 'x'.repeat(1025),
  ])(
    'refuses the path "%s"',
    async (path) => {
      await expect(make().open(path)).rejects.toBeInstanceOf(PathRefusedError);
    },
  );

  test('is aborted with the signal\'s reason', async () => {
    const reason = new Error('enough');
    await expect(make().open('a/data.bin', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

test('memory lists its files', async () => {
  expect(await new MemorySource('memory', new Map([['b', content], ['a/c', content]])).list()).toEqual(['a/c', 'b']);
});

describe('URL source', () => {
  test('takes what the server has packed on the way', async () => {
    const file = await new UrlSource(`${origin}/`).open('packed.bin');
    expect(await readAll(file)).toEqual(content);
  });

  test('takes a page in place of a file for a missing file', async () => {
    await expect(new UrlSource(origin).open('page.json')).rejects.toBeInstanceOf(FileMissingError);
  });

  test('explains a server error, a cut connection and an unreachable host', async () => {
    await expect(new UrlSource(origin).open('broken.bin')).rejects.toThrow(/answered 500/);
    await expect(new UrlSource(origin).open('cut.bin')).rejects.toBeInstanceOf(FileUnreadableError);
    await expect(new UrlSource('http://127.0.0.1:1/').open('a')).rejects.toBeInstanceOf(FileUnreadableError);
  });

  test('is aborted while the body arrives', async () => {
    const controller = new AbortController();
    const opened = new UrlSource(origin).open('a/data.bin', {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('enough')),
    });
    await expect(opened).rejects.toThrow('enough');
  });
});

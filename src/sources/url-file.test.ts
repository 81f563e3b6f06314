import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FileMissingError, FileUnreadableError } from './file-source.ts';
import { NetworkError, RateLimitError, ServerError } from './remote-errors.ts';
import { loadTextFile } from './text.ts';
import { openUrlFile } from './url-file.ts';

const content = Buffer.from(Array.from({ length: 60_000 }, (_, index) => `{"text": "Record number ${index}."}\n`).join(''));
let server: Server;
let base = '';
let asked: string[] = [];
/** Changes the size that is told, as if the file were replaced meanwhile. */
let grown = 0;

function answer(request: IncomingMessage, response: ServerResponse): void {
  const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
  asked.push(request.headers.range ?? 'whole');
  const path = request.url ?? '';
  if (path.startsWith('/missing')) response.writeHead(404).end();
  else if (path.startsWith('/page')) response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
  else if (path.startsWith('/busy')) response.writeHead(429, { 'retry-after': '7' }).end();
  else if (path.startsWith('/broken')) response.writeHead(500).end();
  else if (path.startsWith('/cut')) {
    response.writeHead(200, { 'content-length': content.length });
    response.write(content.subarray(0, 1000), () => response.destroy());
  } else if (range && !path.startsWith('/whole')) {
    const [start, end] = [Number(range[1]), Math.min(Number(range[2]) + 1, content.length)];
    const told: Record<string, string> = path.startsWith('/hidden') ? {} : { 'content-range': `bytes ${start}-${end - 1}/${content.length + grown}` };
    response.writeHead(206, { ...told, 'content-length': end - start }).end(content.subarray(start, end));
  } else response.writeHead(200, { 'content-length': content.length }).end(content);
}

beforeAll(async () => {
  server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address === 'object' && address) base = `http://127.0.0.1:${address.port}`;
});
afterAll(() => new Promise<void>((resolve) => {
  server.closeAllConnections();
  server.close(() => resolve());
}));

test.each(['/ranges.jsonl?download=true', '/hidden.jsonl', '/whole.jsonl'])('%s gives the slices of the file', async (path) => {
  const file = await openUrlFile(base + path);
  expect(file.size).toBe(content.length);
  for (const [start, end] of [[0, 100], [300_000, 300_500], [content.length - 7, content.length], [200_000, 400_000]] as const) {
    expect(Buffer.from(await file.slice(start, end)).equals(content.subarray(start, end))).toBe(true);
  }
  await expect(file.slice(0, content.length + 1)).rejects.toBeInstanceOf(RangeError);
});

test('only what is read is fetched', async () => {
  asked = [];
  const file = await openUrlFile(`${base}/ranges.jsonl`);
  await file.slice(0, 262_144);
  await file.slice(1_000_000, 1_000_010);
  expect(asked).toEqual(['bytes=0-262143', 'bytes=1000000-1000009']);
});

test('a text by slices of a remote file', async () => {
  const file = await openUrlFile(`${base}/ranges.jsonl`);
  const text = await loadTextFile('ranges.jsonl', file, { wholeBytes: 1 << 20, mostCharacters: 500_000 });
  expect(text.bytesRead).toBeLessThan(content.length);
  const lines = new Set(content.toString().split('\n'));
  expect(text.documents.length).toBeGreaterThan(10_000);
  for (const document of text.documents) expect(lines.has(JSON.stringify({ text: document }).replace(':', ': '))).toBe(true);
});

test.each([
  ['/missing.txt', FileMissingError],
  ['/page.txt', FileMissingError],
  ['/busy.txt', RateLimitError],
  ['/broken.txt', ServerError],
  ['/cut.txt', FileUnreadableError],
])('%s is refused', async (path, error) => {
  await expect(openUrlFile(`${base}${path}?token=secret`)).rejects.toBeInstanceOf(error);
  await expect(openUrlFile(`${base}${path}?token=secret`)).rejects.not.toThrow(/secret/);
});

test('a file too large to fetch whole, one that changed, no server, an abort', async () => {
  await expect(openUrlFile(`${base}/whole.jsonl`, { wholeLimit: 1000 })).rejects.toThrow(/larger than 1000 bytes/);
  const file = await openUrlFile(`${base}/ranges.jsonl`);
  grown = 5;
  await expect(file.slice(1_000_000, 1_000_010)).rejects.toThrow(/may have changed/);
  grown = 0;
  await expect(openUrlFile('http://127.0.0.1:1/x.txt')).rejects.toBeInstanceOf(NetworkError);
  await expect(openUrlFile(`${base}/ranges.jsonl`, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
});

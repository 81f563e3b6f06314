import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { fetchOrt, ortIntegrity, ortName } from './fetch-ort.ts';
import { OrtAlteredError, OrtMissingError } from './runtime-errors.ts';

const dist = fileURLToPath(new URL('../../node_modules/onnxruntime-web/dist/', import.meta.url));

/** What the server sends, one answer after the other; the last one again and again. */
let answers: (Uint8Array | null)[] = [];
let right: Uint8Array = new Uint8Array();
let server: Server;
let folder = '';

beforeAll(async () => {
  right = await readFile(`${dist}${ortName('threads')}.wasm`);
  server = createServer((_, response) => {
    const content = answers.length > 1 ? answers.shift() : answers[0];
    if (content) response.end(content);
    else response.writeHead(404).end('no');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  folder = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/ort/`;
});
beforeEach(() => {
  answers = [right];
});
afterAll(() => new Promise((resolve) => {
  server.closeAllConnections();
  server.close(resolve);
}));

it('knows the programs of the installed onnxruntime-web', async () => {
  for (const build of ['threads', 'jspi', 'asyncify'] as const) {
    const content = await readFile(`${dist}${ortName(build)}.wasm`);
    expect(`sha384-${createHash('sha384').update(content).digest('base64')}`).toBe(ortIntegrity[build]);
  }
});

it('takes a program that is whole, and tells the type that browsers compile as it comes', async () => {
  const { wasm } = await fetchOrt(folder, 'threads');
  expect([wasm.size, wasm.type]).toEqual([right.length, 'application/wasm']);
});

it('refuses one that is cut short, altered in a bit, or another version’s', async () => {
  const altered = new Uint8Array(right);
  altered[7_000_000] = (altered[7_000_000] ?? 0) ^ 1;
  for (const wrong of [right.subarray(0, 5_000_000), altered]) {
    answers = [wrong];
    await expect(fetchOrt(folder, 'threads')).rejects.toBeInstanceOf(OrtAlteredError);
  }
  answers = [right];
  await expect(fetchOrt(folder, 'jspi')).rejects.toBeInstanceOf(OrtAlteredError);
});

it('asks once more for one that was wrong, as an old copy of the browser’s may be', async () => {
  answers = [right.subarray(1), right];
  expect((await fetchOrt(folder, 'threads')).wasm.size).toBe(right.length);
});

it('says so where there is none, or no answer', async () => {
  answers = [null];
  await expect(fetchOrt(folder, 'threads')).rejects.toThrow(OrtMissingError);
  await expect(fetchOrt('http://127.0.0.1:1/', 'threads')).rejects.toThrow('the site did not answer');
});

import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HubServer } from './hub-server.fixture.ts';
import { openUrlFolder } from './url-folder.ts';

const folder = 'fixtures/models/tiny-bytes';
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
let server: HubServer;
let base = '';

beforeEach(async () => {
  server = await HubServer.start([{ id: 'owner/tiny', folder }]);
  base = server.plainFolder('owner/tiny');
});
afterEach(() => server[Symbol.asyncDispose]());

describe('openUrlFolder', () => {
  it('finds the files that are there, with size and mark', async () => {
    const remote = await openUrlFolder({ base });
    const weights = await readFile(`${folder}/model.safetensors`);
    expect(remote.about).toEqual({ name: 'tiny', licence: null, card: null, revision: null });
    expect(remote.model).toBe(`url:${base}`);
    expect(remote.files.map(({ path }) => path)).toEqual(['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json']);
    expect(remote.files[1]).toMatchObject({ size: weights.length, sha256: null, etag: expect.stringMatching(/^"[0-9a-f]{40}"$/) });
    expect(server.requests.every(({ method }) => method === 'HEAD')).toBe(true);
  });

  it('takes the licence from the model card', async () => {
    server.replace('owner/tiny', 'README.md', text('---\nlicense: mit\n---\n# Tiny\n'));
    expect((await openUrlFolder({ base })).about).toMatchObject({ name: 'tiny', licence: 'mit' });
    server.replace('owner/tiny', 'README.md', text('# Tiny\n'));
    expect((await openUrlFolder({ base })).about.licence).toBeNull();
  });

  it('asks for the first byte where HEAD is refused, and reads texts where sizes are hidden', async () => {
    const all = await openUrlFolder({ base });
    server.faults.noHead = true;
    expect((await openUrlFolder({ base })).files).toEqual(all.files);
    const hidden = async (url: string, init?: RequestInit): Promise<Response> => {
      const response = await fetch(url, init);
      const headers = new Headers(response.headers);
      if (url.endsWith('.json')) for (const name of ['content-length', 'content-range']) headers.delete(name);
      return new Response(response.body, { status: response.status, headers });
    };
    expect((await openUrlFolder({ base, fetcher: hidden })).files).toEqual(all.files);
    const veiled = async (url: string, init?: RequestInit): Promise<Response> => {
      const response = await hidden(url, init);
      if (url.endsWith('.safetensors')) for (const name of ['content-length', 'content-range']) response.headers.delete(name);
      return response;
    };
    await expect(openUrlFolder({ base, fetcher: veiled })).rejects.toMatchObject({ name: 'RemoteSizeError' });
  });

  it('finds the parts that an index names', async () => {
    const weights = await readFile(`${folder}/model.safetensors`);
    server.replace('owner/tiny', 'model.safetensors', null);
    server.replace('owner/tiny', 'part-1.safetensors', weights);
    server.replace('owner/tiny', 'model.safetensors.index.json', text('{"weight_map":{"a":"part-1.safetensors"}}'));
    const remote = await openUrlFolder({ base: base.slice(0, -1) });
    expect(remote.files.map(({ path }) => path)).toContain('part-1.safetensors');
    server.replace('owner/tiny', 'part-1.safetensors', null);
    await expect(openUrlFolder({ base })).rejects.toMatchObject({ name: 'FileMissingError' });
    server.replace('owner/tiny', 'model.safetensors.index.json', text('{"weight_map":{"a":"../part.safetensors"}}'));
    await expect(openUrlFolder({ base })).rejects.toMatchObject({ name: 'ShardNameError' });
  });

  it('begins again where the content is another by now, or has become shorter', async () => {
    const remote = await openUrlFolder({ base });
    const etag = remote.files[1]?.etag;
    const same = await remote.fetchRange('model.safetensors', 100, { etag });
    expect(same.start).toBe(100);
    await same.body.cancel();
    const changed = new Uint8Array(200).fill(7);
    server.replace('owner/tiny', 'model.safetensors', changed);
    const again = await remote.fetchRange('model.safetensors', 100, { etag });
    expect(again).toMatchObject({ start: 0, size: 200 });
    expect(new Uint8Array(await new Response(again.body).arrayBuffer())).toEqual(changed);
    expect((await remote.fetchRange('model.safetensors', 100_000, { etag })).start).toBe(0);
  });

  it('says what is missing or refused', async () => {
    await expect(openUrlFolder({ base: `${server.endpoint}/nothing/` })).rejects.toMatchObject({ name: 'FileMissingError' });
    await expect(openUrlFolder({ base: 'ftp://x/' })).rejects.toMatchObject({ name: 'ModelRefError' });
    server.faults.status = { code: 403, times: 99 };
    await expect(openUrlFolder({ base })).rejects.toMatchObject({ name: 'ServerError', status: 403 });
    server.faults.status = { code: 429, times: 99 };
    await expect(openUrlFolder({ base })).rejects.toMatchObject({ name: 'RateLimitError' });
    const secret = await openUrlFolder({ base: `${base}?key=secret` }).catch((error: unknown) => error);
    expect(String(secret)).not.toContain('secret');
    await server[Symbol.asyncDispose]();
    await expect(openUrlFolder({ base })).rejects.toMatchObject({ name: 'NetworkError' });
  });
});

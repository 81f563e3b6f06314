import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readAll } from './file-source.ts';
import { HubServer } from './hub-server.fixture.ts';
import { openHub } from './hub-source.ts';
import type { HubOptions } from './hub-source.ts';
import { HubAccessError, HubModelMissingError, HubTokenError, NetworkError, NotAHubError, RateLimitError, ServerError } from './remote-errors.ts';
import type { RemoteFolder } from './remote-folder.ts';
import { RemoteSource } from './remote-source.ts';

const folder = 'fixtures/models/tiny-bytes';
const secret = 'hf_token_of_the_test';
let server: HubServer;

beforeEach(async () => {
  server = await HubServer.start(
    [
      { id: 'owner/tiny', folder, licence: 'apache-2.0' },
      { id: 'owner/gated', folder, gated: true, licence: 'llama3.2' },
    ],
    { pageSize: 2 },
  );
});
afterEach(() => server[Symbol.asyncDispose]());

function open(options: Partial<HubOptions> = {}): Promise<RemoteFolder> {
  return openHub({ endpoint: server.endpoint, id: 'owner/tiny', revision: 'main', token: null, ...options });
}

describe('openHub', () => {
  it('says what the model is and lists its files over all pages', async () => {
    const hub = await open();
    const weights = await readFile(`${folder}/model.safetensors`);
    expect(hub.model).toBe('hub:owner/tiny@main');
    expect(hub.about).toEqual({ name: 'owner/tiny', licence: 'apache-2.0', card: `${server.endpoint}/owner/tiny`, revision: '0123456789abcdef0123456789abcdef01234567' });
    expect(hub.files.map(({ path }) => path)).toEqual(['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json']);
    const digest = Buffer.from(await crypto.subtle.digest('SHA-256', weights)).toString('hex');
    expect(hub.files[1]).toEqual({ path: 'model.safetensors', size: weights.length, sha256: digest, etag: digest });
    expect(hub.files[0]).toMatchObject({ size: 501, sha256: null, etag: expect.stringMatching(/^[0-9a-f]{40}$/) });
    expect(server.requests.filter(({ path }) => path.includes('/tree/'))).toHaveLength(3);
  });

  it('ends where the lists of files never do', async () => {
    let asked = 0;
    const endless = (url: string): Promise<Response> => {
      asked++;
      const info = url.includes('/revision/');
      const body = info ? { _id: '1', id: 'owner/tiny', sha: '0'.repeat(40), gated: false, private: false, downloads: 1, likes: 1, lastModified: '2026-01-01T00:00:00Z' } : [];
      return Promise.resolve(Response.json(body, { headers: info ? {} : { link: `<${url}>; rel="next"` } }));
    };
    await expect(open({ fetcher: endless })).rejects.toThrow('its lists do not end');
    expect(asked).toBe(64);
  });

  it('reads files by range at the commit, through the redirect of big ones', async () => {
    const hub = await open();
    const weights = await readFile(`${folder}/model.safetensors`);
    const answer = await hub.fetchRange('model.safetensors', 1000);
    expect(answer).toMatchObject({ start: 1000, size: weights.length });
    expect(Buffer.from(await new Response(answer.body).arrayBuffer())).toEqual(weights.subarray(1000));
    const source = new RemoteSource(hub);
    const file = await source.open('model.safetensors');
    expect(Buffer.from(await file.slice(8, 50))).toEqual(weights.subarray(8, 50));
    server.faults.noRanges = true;
    expect(Buffer.from(await file.slice(60_000, 70_000))).toEqual(weights.subarray(60_000, 70_000));
    expect(Buffer.from(await readAll(await source.open('config.json')))).toEqual(await readFile(`${folder}/config.json`));
    expect(server.requests.filter(({ path }) => path.includes('/resolve/')).every(({ path }) => path.includes('/0123456789abcdef'))).toBe(true);
    await expect(hub.fetchRange('none.json', 0)).rejects.toMatchObject({ name: 'FileMissingError' });
  });

  it('sends the token to its own origin only', async () => {
    const hub = await open({ id: 'owner/gated', token: secret });
    await (await hub.fetchRange('model.safetensors', 0)).body.cancel();
    const [own, big] = [server.requests.filter((request) => request.server === 'hub'), server.requests.filter((request) => request.server === 'cdn')];
    expect(own.length).toBeGreaterThan(3);
    expect(own.every(({ authorization }) => authorization === `Bearer ${secret}`)).toBe(true);
    expect(big).toHaveLength(1);
    expect(big[0]?.authorization).toBeNull();
  });

  it('refuses a token that no header can hold before it is sent, and does not repeat it', async () => {
    const before = server.requests.length;
    for (const token of ['hf_first\nhf_second', 'hf_ x', 'hf_ключ', '']) {
      await expect(open({ id: 'owner/gated', token })).rejects.toSatisfy((error) => error instanceof HubTokenError && !String(error).includes('hf_first'));
    }
    expect(server.requests).toHaveLength(before);
  });

  it('sends no token to another origin that the list of files goes on at', async () => {
    await using other = await HubServer.start([{ id: 'owner/tiny', folder }]);
    const fetcher = async (url: string, init?: RequestInit): Promise<Response> => {
      const response = await fetch(url, init);
      const headers = new Headers(response.headers);
      if (url.startsWith(server.endpoint) && headers.has('link')) headers.set('link', `<${other.endpoint}/api/models/owner/tiny/tree/main>; rel="next"`);
      return new Response(response.body, { status: response.status, headers });
    };
    await open({ token: secret, fetcher });
    expect(other.requests.map(({ authorization }) => authorization)).toEqual([null]);
  });

  it('tells a gated model, a token without rights, and a missing model or revision apart, with what to do', async () => {
    const gated = await open({ id: 'owner/gated' });
    const refused = await gated.fetchRange('config.json', 0).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(HubAccessError);
    expect(refused).toMatchObject({ explanation: { what: expect.stringContaining('gated'), remedy: expect.stringContaining(`${server.endpoint}/owner/gated`) } });
    const wrong = await open({ id: 'owner/gated', token: 'hf_wrong' });
    const denied = await wrong.fetchRange('config.json', 0).catch((error: unknown) => error);
    expect(denied).toBeInstanceOf(HubAccessError);
    expect(String(denied)).not.toContain('hf_wrong');
    await expect(open({ id: 'owner/none' })).rejects.toMatchObject({ name: 'HubAccessError', explanation: { what: expect.stringContaining('no such model') } });
    await expect(open({ id: 'owner/none', token: secret })).rejects.toBeInstanceOf(HubModelMissingError);
    await expect(open({ revision: 'nowhere' })).rejects.toBeInstanceOf(HubModelMissingError);
    await expect(open({ id: '../secrets' })).rejects.toMatchObject({ name: 'ModelRefError' });
  });

  it('tells a rate limit, a server in trouble and no network', async () => {
    server.faults.status = { code: 429, times: 1, headers: { 'retry-after': '7' } };
    await expect(open()).rejects.toSatisfy((error) => error instanceof RateLimitError && error.retryAfter === 7);
    server.faults.status = { code: 503, times: 1 };
    await expect(open({ token: secret })).rejects.toSatisfy((error) => error instanceof ServerError && error.status === 503 && !String(error).includes(secret));
    await server[Symbol.asyncDispose]();
    await expect(open({ token: secret })).rejects.toSatisfy((error) => error instanceof NetworkError && !JSON.stringify(error).includes(secret));
    await expect(open({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  });

  it('knows what is no Hub: pages, other JSON, endless or hostile answers', async () => {
    let answer: { type: string; body: string; status: number } = { type: 'text/html', body: '<html></html>', status: 200 };
    const other = createServer((_, response) => response.writeHead(answer.status, { 'content-type': answer.type }).end(answer.body));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    try {
      await expect(open({ endpoint })).rejects.toBeInstanceOf(NotAHubError);
      answer = { ...answer, status: 404 };
      await expect(open({ endpoint })).rejects.toBeInstanceOf(NotAHubError);
      for (const body of ['{}', '[]', 'null', '{', '"text"', '{"id":"a/b","sha":"../../x"}', `{"id":"${'x'.repeat(9_000_000)}"}`]) {
        answer = { type: 'application/json', body, status: 200 };
        await expect(open({ endpoint })).rejects.toBeInstanceOf(NotAHubError);
      }
      await expect(open({ endpoint: 'no address' })).rejects.toBeInstanceOf(NotAHubError);
    } finally {
      other.closeAllConnections();
      await new Promise((resolve) => other.close(resolve));
    }
  });

  it('leaves out files whose names leave the folder, and refuses malformed entries', async () => {
    const list = (items: unknown) => async (url: string, init?: RequestInit) =>
      url.includes('/tree/') ? new Response(JSON.stringify(items), { headers: { 'content-type': 'application/json' } }) : fetch(url, init);
    const entry = (path: string) => ({ type: 'file', path, size: 1, oid: 'a' });
    const hub = await open({ fetcher: list([entry('../x'), entry('/etc/passwd'), entry('a'), entry('c:\\x'), { ...entry('d'), type: 'directory' }]) });
    expect(hub.files.map(({ path }) => path)).toEqual(['a']);
    for (const bad of [{ ...entry('a'), size: -1 }, { ...entry('a'), size: 1e300 }, { ...entry('a'), lfs: { oid: 'short', size: 1 } }, null, 7]) {
      await expect(open({ fetcher: list([bad]) })).rejects.toBeInstanceOf(NotAHubError);
    }
  });
});

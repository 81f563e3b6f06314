import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, OutgoingHttpHeaders, Server, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A server that behaves as the Hugging Face Hub does, over folders of the disk, and misbehaves as networks do. For tests. */

export interface ServedModel {
  /** `owner/name`. */
  readonly id: string;
  readonly folder: string;
  /** Only its description is public; files need the server's token. */
  readonly gated?: boolean;
  readonly licence?: string;
}

export interface LoggedRequest {
  readonly server: 'hub' | 'cdn';
  readonly method: string;
  readonly path: string;
  readonly range: string | null;
  readonly authorization: string | null;
  status: number;
  /** Bytes of the body that were sent. */
  sent: number;
}

/** What goes wrong; set and unset by tests at any time. */
interface Faults {
  /** Cuts the connection after so many bytes of a file's body, the next `times` times that a body is longer. */
  drop: { after: number; times: number } | null;
  /** Answers the next `times` requests with a status. */
  status: { code: number; times: number; headers?: OutgoingHttpHeaders } | null;
  /** Answers every request for a range with the whole file. */
  noRanges: boolean;
  noEtags: boolean;
  noHead: boolean;
  /** Bytes a second of files' bodies; null: as fast as it goes. */
  rate: number | null;
}

interface Content {
  readonly size: number;
  readonly sha256: string;
  /** Git's name of the content (or of the LFS pointer): any 40 hex digits that change with it. */
  readonly oid: string;
  read(start: number, end: number): Readable;
}

const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const EXPOSED = 'X-Repo-Commit,X-Request-Id,X-Error-Code,X-Error-Message,X-Total-Count,ETag,Link,Accept-Ranges,Content-Range,X-Linked-Size,X-Linked-ETag';

async function diskContent(path: string): Promise<Content> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  const sha256 = hash.digest('hex');
  const { size } = await stat(path);
  return { size, sha256, oid: sha256.slice(0, 40), read: (start, end) => (end > start ? createReadStream(path, { start, end: end - 1 }) : Readable.from([])) };
}

function memoryContent(bytes: Uint8Array): Content {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { size: bytes.length, sha256, oid: sha256.slice(0, 40), read: (start, end) => Readable.from([bytes.subarray(start, end)]) };
}

interface Repository extends ServedModel {
  readonly files: Map<string, Content>;
}

async function loadRepository(model: ServedModel): Promise<Repository> {
  const entries = await readdir(model.folder, { withFileTypes: true });
  const files = new Map<string, Content>();
  for (const entry of entries) if (entry.isFile()) files.set(entry.name, await diskContent(join(model.folder, entry.name)));
  return { ...model, files };
}

async function listen(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return `http://127.0.0.1:${address.port}`;
}

function sendJson(response: ServerResponse, status: number, value: unknown, headers: OutgoingHttpHeaders = {}): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(value));
}

/** The bytes that a Range header asks for; null for the whole, 'none' where they lie outside. */
function askedRange(header: string | undefined, size: number): { start: number; end: number } | 'none' | null {
  const found = /^bytes=(\d+)-(\d*)$/.exec(header ?? '');
  if (!found) return null;
  const start = Number(found[1]);
  const end = found[2] ? Math.min(size, Number(found[2]) + 1) : size;
  return start >= size || end <= start ? 'none' : { start, end };
}

/** A Hub on two ports of this machine: its own, and the one where big files lie. */
export class HubServer implements AsyncDisposable {
  /** Address of the Hub. */
  endpoint = '';
  /** Address that big files are redirected to. */
  cdn = '';
  /** Every request so far but preflights, oldest first. */
  readonly requests: LoggedRequest[] = [];
  readonly faults: Faults = { drop: null, status: null, noRanges: false, noEtags: false, noHead: false, rate: null };
  readonly token = 'hf_token_of_the_test';
  readonly #repositories = new Map<string, Repository>();
  readonly #hub = createServer((request, response) => this.#serve('hub', request, response));
  readonly #cdn = createServer((request, response) => this.#serve('cdn', request, response));
  readonly #lfsFrom: number;
  readonly #pageSize: number;

  private constructor({ lfsFrom = 10_000, pageSize = 1000 }: HubServerOptions) {
    this.#lfsFrom = lfsFrom;
    this.#pageSize = pageSize;
  }

  static async start(models: readonly ServedModel[], options: HubServerOptions = {}): Promise<HubServer> {
    const server = new HubServer(options);
    for (const model of models) server.#repositories.set(model.id, await loadRepository(model));
    server.endpoint = await listen(server.#hub, options.port ?? 0);
    server.cdn = await listen(server.#cdn, options.cdnPort ?? 0);
    return server;
  }

  /** Address of a model's files as a plain file server gives them. */
  plainFolder(id: string): string {
    return `${this.endpoint}/plain/${id}/`;
  }

  /** Puts other content (or none, for null) in the place of a file, from the next request on. */
  replace(id: string, path: string, bytes: Uint8Array | null): void {
    const files = this.#repositories.get(id)?.files;
    if (bytes) files?.set(path, memoryContent(bytes));
    else files?.delete(path);
  }

  /** Like {@link replace}, but the list of files goes on promising the old content's SHA-256 and size. */
  corrupt(id: string, path: string, bytes: Uint8Array): void {
    const files = this.#repositories.get(id)?.files;
    const old = files?.get(path);
    if (old) files?.set(path, { ...memoryContent(bytes), sha256: old.sha256, oid: old.oid });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of [this.#hub, this.#cdn]) {
      if (!server.listening) continue;
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    }
  }

  #serve(server: 'hub' | 'cdn', request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', server === 'hub' ? this.endpoint : this.cdn);
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('cross-origin-resource-policy', 'cross-origin');
    // What big files' servers let other sites read is not relied on.
    if (server === 'hub') response.setHeader('access-control-expose-headers', EXPOSED);
    if (request.method === 'OPTIONS') {
      response.writeHead(204, { 'access-control-allow-methods': 'GET, HEAD, OPTIONS', 'access-control-allow-headers': server === 'hub' ? 'Authorization, Range' : 'Range' });
      response.end();
      return;
    }
    const log: LoggedRequest = {
      server,
      method: request.method ?? '',
      path: url.pathname,
      status: 0,
      sent: 0,
      range: request.headers.range ?? null,
      authorization: request.headers.authorization ?? null,
    };
    this.requests.push(log);
    response.on('close', () => (log.status = response.statusCode));
    const { status } = this.faults;
    if (status && status.times > 0) {
      status.times -= 1;
      sendJson(response, status.code, { error: 'as the test wants it' }, status.headers);
    } else if (server === 'cdn') this.#serveBig(url, request, response, log);
    else this.#serveHub(url, request, response, log);
  }

  #serveHub(url: URL, request: IncomingMessage, response: ServerResponse, log: LoggedRequest): void {
    const path = decodeURIComponent(url.pathname);
    const api = /^\/api\/models\/([^/]+\/[^/]+)\/(revision|tree)\/(.+)$/.exec(path);
    const file = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(path);
    const plain = /^\/plain\/([^/]+\/[^/]+)\/(.+)$/.exec(path);
    const id = (api ?? file ?? plain)?.[1];
    if (id === undefined) {
      response.writeHead(404, { 'content-type': 'text/html' }).end('<html>no such page</html>');
      return;
    }
    const repository = this.#repositories.get(id);
    if (plain && repository) this.#servePlain(repository, plain[2] ?? '', request, response, log);
    else if (!repository) this.#refuse(request, response);
    else if (![COMMIT, 'main'].includes((api?.[3] ?? file?.[2] ?? '').split('/')[0] ?? '')) {
      sendJson(response, 404, { error: 'Invalid rev id' }, { 'x-error-code': 'RevisionNotFound' });
    } else if (api?.[2] === 'revision') this.#sendInfo(repository, response);
    else if (api) this.#sendTree(repository, url, response);
    else this.#resolve(repository, file?.[3] ?? '', request, response, log);
  }

  /** The Hub tells a reader without a token nothing of what is missing or private. */
  #refuse(request: IncomingMessage, response: ServerResponse): void {
    if (request.headers.authorization === undefined) sendJson(response, 401, { error: 'Invalid username or password.' });
    else sendJson(response, 404, { error: 'Repository not found' }, { 'x-error-code': 'RepoNotFound' });
  }

  #sendInfo({ id, gated, licence, files }: Repository, response: ServerResponse): void {
    sendJson(response, 200, {
      _id: '0',
      id,
      sha: COMMIT,
      private: false,
      gated: gated === true ? 'manual' : false,
      downloads: 1,
      likes: 1,
      lastModified: '2025-01-01T00:00:00.000Z',
      tags: ['safetensors', ...(licence === undefined ? [] : [`license:${licence}`])],
      cardData: licence === undefined ? null : { license: licence },
      siblings: [...files.keys()].map((rfilename) => ({ rfilename })),
    });
  }

  #sendTree({ id, files }: Repository, url: URL, response: ServerResponse): void {
    const from = Number(url.searchParams.get('cursor') ?? 0);
    const all = [{ type: 'directory', path: 'onnx', size: 0, oid: '0' }, ...[...files].map(([path, content]) => this.#entry(path, content))];
    const next = new URL(`/api/models/${id}/tree/${COMMIT}`, this.endpoint);
    next.searchParams.set('cursor', String(from + this.#pageSize));
    const more = from + this.#pageSize < all.length;
    sendJson(response, 200, all.slice(from, from + this.#pageSize), more ? { link: `<${next.href}>; rel="next"` } : {});
  }

  #entry(path: string, { size, sha256, oid }: Content): object {
    const plain = { type: 'file', path, size, oid };
    return size < this.#lfsFrom ? plain : { ...plain, lfs: { oid: sha256, size, pointerSize: 134 } };
  }

  #resolve(repository: Repository, path: string, request: IncomingMessage, response: ServerResponse, log: LoggedRequest): void {
    const allowed = request.headers.authorization === `Bearer ${this.token}`;
    if (repository.gated === true && !allowed) {
      const code = request.headers.authorization === undefined ? 401 : 403;
      sendJson(response, code, { error: 'Access to this model is restricted.' }, { 'x-error-code': 'GatedRepo' });
      return;
    }
    const content = repository.files.get(path);
    response.setHeader('x-repo-commit', COMMIT);
    if (!content) sendJson(response, 404, { error: 'Entry not found' }, { 'x-error-code': 'EntryNotFound' });
    else if (content.size < this.#lfsFrom) this.#sendContent(content, `"${content.oid}"`, request, response, log);
    else {
      response.writeHead(302, {
        location: `${this.cdn}/${repository.id}/${encodeURIComponent(path)}?signature=abc`,
        'x-linked-size': content.size,
        'x-linked-etag': `"${content.sha256}"`,
      });
      response.end();
    }
  }

  #serveBig(url: URL, request: IncomingMessage, response: ServerResponse, log: LoggedRequest): void {
    const [, owner, name, path] = url.pathname.split('/').map(decodeURIComponent);
    const content = this.#repositories.get(`${owner}/${name}`)?.files.get(path ?? '');
    if (content) this.#sendContent(content, `"cdn-${content.oid}"`, request, response, log);
    else response.writeHead(404).end();
  }

  #servePlain({ files }: Repository, path: string, request: IncomingMessage, response: ServerResponse, log: LoggedRequest): void {
    const content = files.get(path);
    if (request.method === 'HEAD' && this.faults.noHead) response.writeHead(405).end();
    else if (content) this.#sendContent(content, `"${content.oid}"`, request, response, log);
    else response.writeHead(404).end();
  }

  #sendContent(content: Content, etag: string, request: IncomingMessage, response: ServerResponse, log: LoggedRequest): void {
    const { noRanges, noEtags } = this.faults;
    const stale = request.headers['if-range'] !== undefined && request.headers['if-range'] !== etag;
    const range = noRanges || stale ? null : askedRange(request.headers.range, content.size);
    if (!noRanges) response.setHeader('accept-ranges', 'bytes');
    if (!noEtags) response.setHeader('etag', etag);
    if (range === 'none') {
      response.writeHead(416, { 'content-range': `bytes */${content.size}` }).end();
      return;
    }
    const { start, end } = range ?? { start: 0, end: content.size };
    response.writeHead(range ? 206 : 200, {
      'content-type': 'application/octet-stream',
      'content-length': end - start,
      ...(range ? { 'content-range': `bytes ${start}-${end - 1}/${content.size}` } : {}),
    });
    if (request.method === 'HEAD') response.end();
    // A reader that goes away, or is cut off, ends the pipeline with an error: that is what is tested.
    else pipeline(content.read(start, end), (source) => this.#throttled(source, end - start, response, log), response).catch(() => undefined);
  }

  async *#throttled(source: AsyncIterable<Buffer>, length: number, response: ServerResponse, log: LoggedRequest): AsyncGenerator<Buffer> {
    const { drop, rate } = this.faults;
    const limit = drop && drop.times > 0 && length > drop.after ? drop.after : Number.POSITIVE_INFINITY;
    if (drop && limit !== Number.POSITIVE_INFINITY) drop.times -= 1;
    for await (const chunk of source) {
      const piece = chunk.subarray(0, Math.max(0, limit - log.sent));
      log.sent += piece.length;
      yield piece;
      if (log.sent >= limit) {
        // Lets what was written leave before the line is cut.
        await new Promise((resolve) => setTimeout(resolve, 50));
        response.destroy();
        return;
      }
      if (rate !== null) await new Promise((resolve) => setTimeout(resolve, (1000 * piece.length) / rate));
    }
  }
}

export interface HubServerOptions {
  /** Files of so many bytes or more are LFS files, on the other port. */
  readonly lfsFrom?: number;
  /** Files in one page of the list. */
  readonly pageSize?: number;
  /** Default: any free port. */
  readonly port?: number;
  readonly cdnPort?: number;
}

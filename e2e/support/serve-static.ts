import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { extname, join, normalize } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
};

export interface StaticServer {
  /** Where the folder is served, with a slash at the end. */
  readonly address: string;
  close(): Promise<void>;
}

/** The plainest host there is: a folder under a path, with content types and no other headers. */
export async function serveStatic(folder: string, path = '/'): Promise<StaticServer> {
  const server = createServer((request, response) => {
    const asked = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
    const inside = asked.startsWith(path) ? normalize(`/${asked.slice(path.length)}`) : undefined;
    const file = inside === undefined ? undefined : join(folder, inside.endsWith('/') ? `${inside}index.html` : inside);
    void send(file).catch(() => response.writeHead(404).end());

    async function send(found: string | undefined): Promise<void> {
      if (found === undefined || !(await stat(found)).isFile()) throw new Error('not found');
      response.writeHead(200, { 'Content-Type': TYPES[extname(found)] ?? 'application/octet-stream' });
      createReadStream(found).pipe(response);
    }
  });
  return { address: `${await listen(server)}${path}`, close: () => close(server) };
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('no port'));
      else resolve(`http://127.0.0.1:${address.port}`);
    });
  });
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

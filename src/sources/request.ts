import { NetworkError, RateLimitError, ServerError } from './remote-errors.ts';
import type { RemoteBody } from './remote-folder.ts';

/** Requests to servers that models come from: what is thrown where there is no answer, and how an answer is read. */

export type Fetcher = (url: string, init?: RequestInit) => Promise<Response>;

export const globalFetcher: Fetcher = (url, init) => fetch(url, init);

/** Throws {@link NetworkError}, or the signal's reason when aborted. */
export async function ask(fetcher: Fetcher, url: string, init: RequestInit): Promise<Response> {
  init.signal?.throwIfAborted();
  try {
    return await fetcher(url, init);
  } catch (cause) {
    init.signal?.throwIfAborted();
    throw new NetworkError(new URL(url).host, { cause });
  }
}

function wholeNumber(text: string | null | undefined): number | null {
  return text !== null && text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** The error of a status that is no success and means the same on every server. */
export function statusError(response: Response, host: string): RateLimitError | ServerError {
  if (response.status === 429) return new RateLimitError(host, wholeNumber(response.headers.get('retry-after')));
  return new ServerError(host, response.status);
}

/** Some servers answer an unknown path with a page; no file of a model is HTML. */
export function isPage(response: Response): boolean {
  return response.headers.get('content-type')?.startsWith('text/html') ?? false;
}

/** The length of the body once decoded; null where a content encoding hides it, or nothing tells. */
export function bodyLength(response: Response): number | null {
  return response.headers.get('content-encoding') ? null : wholeNumber(response.headers.get('content-length'));
}

/** `Content-Range: bytes 5-9/10` (RFC 9110, 14.4); other origins need not let it be read. */
export function contentRange(response: Response): { readonly start: number; readonly size: number | null } | null {
  const found = /^bytes (\d{1,15})-\d{1,15}\/(\d{1,15}|\*)$/.exec(response.headers.get('content-range') ?? '');
  const start = wholeNumber(found?.[1]);
  return start === null ? null : { start, size: wholeNumber(found?.[2]) };
}

/** What changes with the content: the ETag, else the date of the last change; null where neither can be read. */
export function validator(response: Response): string | null {
  const text = response.headers.get('etag') ?? response.headers.get('last-modified');
  return text === null || text.length > 200 ? null : text;
}

/** Header of a request for bytes from `start` on. None for the whole file, so that servers without ranges are asked nothing unusual. */
export function rangeHeader(start: number, end: number | undefined): Record<string, string> {
  if (start === 0 && end === undefined) return {};
  return { Range: `bytes=${start}-${end === undefined ? '' : end - 1}` };
}

/** A successful answer to a request for bytes from `start` on. */
export function rangeBody(response: Response, start: number): RemoteBody {
  const partial = response.status === 206;
  const range = partial ? contentRange(response) : null;
  return {
    start: partial ? (range?.start ?? start) : 0,
    size: partial ? (range?.size ?? null) : bodyLength(response),
    etag: validator(response),
    body: response.body ?? new ReadableStream({ start: (controller) => controller.close() }),
  };
}

/** The pieces of a stream, which is cancelled when the loop is left early. (Not every browser lets streams be looped over.) */
export async function* chunksOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const reader = stream.getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Reads at most `limit` bytes of a body as text; null where there are more. */
export async function readText(response: Response, limit: number): Promise<string | null> {
  if (!response.body) return '';
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let size = 0;
  for await (const chunk of chunksOf(response.body)) {
    size += chunk.length;
    if (size > limit) return null;
    parts.push(decoder.decode(chunk, { stream: true }));
  }
  return parts.join('') + decoder.decode();
}

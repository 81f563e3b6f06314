import { ExplainedError } from '../../base/explained-error.ts';
import { tellShare, type Waiting } from '../../base/waiting.ts';

/** A stored piece of a run's events cannot be read back. */
export class DamagedRunError extends ExplainedError {
  constructor(piece: number, options?: ErrorOptions) {
    super(
      {
        what: `Piece ${piece + 1} of this run's events is damaged.`,
        means: 'The run cannot be opened. Its summary and all other runs are as they were.',
        remedy: 'If you saved its events.jsonl, import that; else delete the run.',
      },
      options,
    );
  }
}

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

const through = (bytes: Uint8Array<ArrayBuffer>, stream: ReadableWritablePair<Uint8Array<ArrayBuffer>, BufferSource>): Promise<ArrayBuffer> =>
  new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer();

/** A piece of text as it is stored: gzip where the browser packs (events shrink to a tenth), else plain; told apart by the bytes. */
export async function packText(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new TextEncoder().encode(text);
  return typeof CompressionStream === 'undefined' ? bytes : new Uint8Array(await through(bytes, new CompressionStream('gzip')));
}

/** The bytes of stored pieces, one after the other. Throws {@link DamagedRunError} into whoever reads, and why nobody waits any longer. */
export function unpackPieces(pieces: readonly Uint8Array<ArrayBuffer>[], waiting?: Waiting): ReadableStream<Uint8Array<ArrayBuffer>> {
  let next = 0;
  return new ReadableStream({
    async pull(controller) {
      tellShare(waiting, pieces.length > 0 ? next / pieces.length : 1);
      const piece = pieces[next];
      if (!piece) {
        controller.close();
        return;
      }
      try {
        controller.enqueue(isGzip(piece) ? new Uint8Array(await through(piece, new DecompressionStream('gzip'))) : piece);
      } catch (cause) {
        throw new DamagedRunError(next, { cause });
      }
      next++;
    },
  });
}

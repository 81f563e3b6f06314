import { storeLimits } from './limits.ts';

/** Lines of a text that may be long, compressed, and meant badly. */

export interface TextLine {
  readonly text: string;
  /** False for a last line without its end. */
  readonly whole: boolean;
}

/** Makes the error for a fault of the line that is being read. */
type Fail = (fault: string, cause?: unknown) => Error;

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

const asStream = (input: string | Blob): ReadableStream<Uint8Array> => (typeof input === 'string' ? new Blob([input]) : input).stream();

async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const reader = stream.getReader();
  try {
    for (let step = await reader.read(); !step.done; step = await reader.read()) yield step.value;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** The bytes, unpacked where they are gzip: a server may have done so on the way. */
async function* unpacked(chunks: AsyncGenerator<Uint8Array, void>, fail: Fail): AsyncGenerator<Uint8Array, void> {
  let first = new Uint8Array();
  while (first.length < 2) {
    const step = await chunks.next();
    if (step.done) break;
    first = join(first, step.value);
  }
  const whole = prefixed(first, chunks);
  if (!isGzip(first)) {
    yield* whole;
    return;
  }
  const broken: unknown[] = [];
  try {
    yield* chunksOf(streamOf(whole, (error) => broken.push(error)).pipeThrough(new DecompressionStream('gzip')));
  } catch (error) {
    throw broken.includes(error) ? error : fail('the compressed file is damaged', error);
  }
}

async function* prefixed(first: Uint8Array, rest: AsyncGenerator<Uint8Array, void>): AsyncGenerator<Uint8Array, void> {
  yield first;
  yield* rest;
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** As a stream; `onError` hears what the chunks threw. */
function streamOf(chunks: AsyncGenerator<Uint8Array, void>, onError: (error: unknown) => void): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    async pull(controller) {
      const step = await chunks.next().catch((error: unknown) => {
        onError(error);
        throw error;
      });
      if (step.done) controller.close();
      else controller.enqueue(new Uint8Array(step.value));
    },
    async cancel() {
      await chunks.return();
    },
  });
}

/** The lines of a text, a file or a stream, plain or gzip. What is too long, damaged or not text throws what `fail` makes. */
export async function* readLines(input: string | Blob | ReadableStream<Uint8Array>, fail: Fail): AsyncGenerator<TextLine, void> {
  const stream = input instanceof ReadableStream ? input : asStream(input);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  let bytes = 0;
  const decode = (chunk?: Uint8Array): string => {
    try {
      return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
    } catch (cause) {
      throw fail('it is not text in UTF-8', cause);
    }
  };
  for await (const chunk of unpacked(chunksOf(stream), fail)) {
    bytes += chunk.length;
    if (bytes > storeLimits.log) throw fail('the text is longer than 1 GB');
    const lines = (rest + decode(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) {
      if (text.length > storeLimits.line) throw fail('the line is longer than 4 million characters');
      yield { text, whole: true };
    }
    if (rest.length > storeLimits.line) throw fail('the line is longer than 4 million characters');
  }
  rest += decode();
  if (rest !== '') yield { text: rest, whole: false };
}

import type { Random } from '../../src/base/random.ts';

/** What a stranger hands in: files, answers or texts by name. */
export type FuzzInput = Readonly<Record<string, string | Uint8Array>>;

/** What became of an input: `refused` also where a parser that never throws takes nothing of it. */
export type Outcome = 'read' | 'refused';

/** A parser of what strangers hand in, and how inputs for it are made. */
export interface FuzzParser {
  readonly name: string;
  /** Of 100,000 inputs so many parts, as of those of the others. */
  readonly share: number;
  /** A valid input with faults; the same for the same draws. */
  make(random: Random): FuzzInput;
  /**
   * Reads an input as the page would, and everything in it. Throws an ExplainedError where it is refused; anything else that it throws is
   * a fault of the program.
   */
  parse(input: FuzzInput): Promise<Outcome>;
}

/** Bytes that one input may make the program hold, unless its own limits say less. */
export const mostBytes = 64e6;
/** Milliseconds of the processor that one input may take. */
export const mostMilliseconds = 1000;

const encoder = new TextEncoder();

export const bytesOf = (content: string | Uint8Array | undefined): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(typeof content === 'string' ? encoder.encode(content) : (content ?? []));
export const textOf = (content: string | Uint8Array | undefined): string => (typeof content === 'string' ? content : new TextDecoder().decode(content));

/** Throws where something that was read is not what its checks promise. */
export function must(holds: boolean, what: string): void {
  if (!holds) throw new TypeError(what);
}

import { ExplainedError } from '../../src/base/explained-error.ts';
import { randomFor } from '../../src/base/random.ts';
import { mostBytes, mostMilliseconds } from './fuzz-parser.ts';
import type { FuzzInput, FuzzParser, Outcome } from './fuzz-parser.ts';

export interface Run {
  readonly outcome: Outcome | 'failed';
  /** What went wrong; null where nothing did. */
  readonly fault: string | null;
  /** Of the processor. */
  readonly milliseconds: number;
  /** That heap and array buffers have grown by; 0 where garbage was collected meanwhile. */
  readonly bytes: number;
}

/** The input of a number; the same every time. */
export const inputOf = (parser: FuzzParser, seed: number, number: number): FuzzInput => parser.make(randomFor(seed, 'fuzz', parser.name, number));

/** Objects that a key such as `__proto__` could reach, and what they had before. */
const shared = [Object.prototype, Array.prototype, Function.prototype, String.prototype, Map.prototype] as const;
const before = shared.map((each) => Reflect.ownKeys(each).length);
const polluted = (): boolean => shared.some((each, index) => Reflect.ownKeys(each).length !== before[index]);

function held(): number {
  const { arrayBuffers, heapUsed } = process.memoryUsage();
  return arrayBuffers + heapUsed;
}

const describe = (error: unknown): string => (error instanceof Error ? `${error.name}: ${error.message}\n${error.stack ?? ''}` : String(error)).slice(0, 2000);

/** Lets a parser read the input of a number. Never throws. */
export async function runInput(parser: FuzzParser, input: FuzzInput): Promise<Run> {
  const bytesBefore = held();
  const start = process.cpuUsage();
  let outcome: Run['outcome'];
  let fault: string | null = null;
  try {
    outcome = await parser.parse(input);
  } catch (error) {
    outcome = error instanceof ExplainedError ? 'refused' : 'failed';
    if (!(error instanceof ExplainedError)) fault = describe(error);
    else if (error.message.length > 20_000) fault = `its explanation has ${error.message.length} characters`;
  }
  const { user, system } = process.cpuUsage(start);
  const milliseconds = (user + system) / 1000;
  const bytes = Math.max(0, held() - bytesBefore);
  if (milliseconds > mostMilliseconds) fault ??= `it took ${Math.round(milliseconds)} ms`;
  if (bytes > mostBytes) fault ??= `it held ${bytes} bytes`;
  if (polluted()) fault ??= 'a prototype has another key';
  return { outcome: fault === null ? outcome : 'failed', fault, milliseconds, bytes };
}

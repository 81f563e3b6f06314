import { parseArgs } from 'node:util';
import { ExplainedError } from '../base/explained-error.ts';

const headlessUsage = 'npm run headless -- --config run.json --out DIR [--native] [--threads N]';

/** A command was called with words that it does not know, or without one that it needs. */
export class UsageError extends ExplainedError {
  constructor(problem: string, usage: string) {
    super({ what: problem, means: 'Nothing was done.', remedy: `Usage: ${usage}` });
  }
}

export interface HeadlessArguments {
  /** Path of run.json. */
  readonly config: string;
  /** Folder to write to. */
  readonly out: string;
  /** Compute with onnxruntime's native build instead of WASM. */
  readonly native: boolean;
  /** Threads of onnxruntime; default: what suits the machine. */
  readonly threads: number | undefined;
}

/** Throws {@link UsageError}. */
export function parseArguments(args: readonly string[]): HeadlessArguments {
  const options = {
    config: { type: 'string' },
    out: { type: 'string' },
    native: { type: 'boolean', default: false },
    threads: { type: 'string' },
  } as const;
  try {
    const { config, out, native, threads } = parseArgs({ args: [...args], options, strict: true }).values;
    if (config === undefined) throw new UsageError('--config is missing.', headlessUsage);
    if (out === undefined) throw new UsageError('--out is missing.', headlessUsage);
    if (threads !== undefined && !/^[1-9]\d?$/.test(threads)) throw new UsageError('--threads must be a number from 1 to 99.', headlessUsage);
    return { config, out, native, threads: threads === undefined ? undefined : Number(threads) };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(error instanceof Error ? error.message : String(error), headlessUsage);
  }
}

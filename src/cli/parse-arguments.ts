import { parseArgs } from 'node:util';
import { ExplainedError } from '../base/explained-error.ts';

const usage = 'npm run headless -- --config run.json --out DIR [--native]';

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
}

/** Throws {@link UsageError}. */
export function parseArguments(args: readonly string[]): HeadlessArguments {
  const options = { config: { type: 'string' }, out: { type: 'string' }, native: { type: 'boolean', default: false } } as const;
  try {
    const { config, out, native } = parseArgs({ args: [...args], options, strict: true }).values;
    if (config === undefined) throw new UsageError('--config is missing.', usage);
    if (out === undefined) throw new UsageError('--out is missing.', usage);
    return { config, out, native };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(error instanceof Error ? error.message : String(error), usage);
  }
}

import { parseArgs } from 'node:util';
import { ExplainedError } from '../base/explained-error.ts';
import type { Effort } from '../bench/bench.ts';

const headlessUsage = 'npm run headless -- --config run.json --out DIR [--native] [--threads N] [--memory GB] [--cache DIR] [--hub ADDRESS] [--resources FILE] [--export-only] [--resume]';

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
  /** Memory that the run may take, bytes; default: most of what the machine has. */
  readonly memoryBytes: number | undefined;
  /** Folder for models of the Hub. */
  readonly cache: string | undefined;
  /** Address of the Hub. */
  readonly hub: string | undefined;
  /** Write the model of run.json as it is, without pruning it. */
  readonly exportOnly: boolean;
  /** Go on with the run that was cut off in that folder; a run from the start where there is none. */
  readonly resume: boolean;
  /** File that gets what the process used, as JSON. */
  readonly resources: string | undefined;
}

/** Throws {@link UsageError}. */
export function parseArguments(args: readonly string[]): HeadlessArguments {
  const options = {
    config: { type: 'string' },
    out: { type: 'string' },
    native: { type: 'boolean', default: false },
    threads: { type: 'string' },
    memory: { type: 'string' },
    cache: { type: 'string' },
    hub: { type: 'string' },
    resources: { type: 'string' },
    'export-only': { type: 'boolean', default: false },
    resume: { type: 'boolean', default: false },
  } as const;
  try {
    const { config, out, native, threads, memory, cache, hub, resources, resume, 'export-only': exportOnly } = parseArgs({ args: [...args], options, strict: true }).values;
    if (config === undefined) throw new UsageError('--config is missing.', headlessUsage);
    if (out === undefined) throw new UsageError('--out is missing.', headlessUsage);
    if (threads !== undefined && !/^[1-9]\d?$/.test(threads)) throw new UsageError('--threads must be a number from 1 to 99.', headlessUsage);
    if (memory !== undefined && !/^\d{1,4}(\.\d+)?$/.test(memory)) throw new UsageError('--memory must be a number of gigabytes.', headlessUsage);
    return {
      config,
      out,
      native,
      threads: threads === undefined ? undefined : Number(threads),
      memoryBytes: memory === undefined ? undefined : Number(memory) * 1e9,
      cache,
      hub,
      exportOnly,
      resume,
      resources,
    };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(error instanceof Error ? error.message : String(error), headlessUsage);
  }
}

/** Which groups `npm run bench` runs (none named: all, in order) and how thoroughly. Throws {@link UsageError}. */
export function benchArguments<Name extends string>(args: readonly string[], names: readonly Name[]): { readonly wanted: readonly Name[]; readonly effort: Effort } {
  const usage = 'npm run bench -- [GROUP...] [--quick]';
  const isQuick = (word: string): boolean => word === '--quick';
  const unknown = args.find((word) => !isQuick(word) && !names.some((name) => name === word));
  if (unknown !== undefined) throw new UsageError(`There is no group ${JSON.stringify(unknown)}; there are ${names.join(', ')}.`, usage);
  const wanted = names.filter((name) => args.includes(name));
  return { wanted: wanted.length === 0 ? names : wanted, effort: args.some(isQuick) ? 'quick' : 'full' };
}

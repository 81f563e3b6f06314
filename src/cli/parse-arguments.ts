import { parseArgs } from 'node:util';
import { ExplainedError } from '../base/explained-error.ts';

/** A command was called with words that it does not know, or without one that it needs. */
export class UsageError extends ExplainedError {
  constructor(problem: string, usage: string) {
    super({ what: problem, means: 'Nothing was done.', remedy: `Usage: ${usage}` });
  }
}

/** Options of the form `--name value`; every name in `required` must be there. */
export function parseOptions(args: readonly string[], required: readonly string[], usage: string): Record<string, string> {
  const options = Object.fromEntries(required.map((name) => [name, { type: 'string' as const }]));
  let values: Record<string, unknown>;
  try {
    ({ values } = parseArgs({ args: [...args], options, strict: true }));
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), usage);
  }
  return Object.fromEntries(
    required.map((name) => {
      const value = values[name];
      if (typeof value !== 'string') throw new UsageError(`--${name} is missing.`, usage);
      return [name, value];
    }),
  );
}

import * as v from 'valibot';
import { ExplainedError } from '../base/explained-error.ts';
import { runConfigSchema, searchChangesSchema, type RunConfig, type SearchSettingsChanges } from './run-config.ts';

/** More faults than these are counted only. */
const faultsTold = 20;

/** A run's settings are not valid; every fault is named with its place. */
export class InvalidConfigError extends ExplainedError {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super({
      what: `The run's settings are not valid: ${problems.slice(0, faultsTold).join('; ')}${problems.length > faultsTold ? `; and ${problems.length - faultsTold} more` : ''}.`,
      means: 'Nothing was started.',
      remedy: 'Correct the named settings; docs/run-config.md lists each with its range.',
    });
    this.problems = problems;
  }
}

/** `search.maxFlips: expected ...`, and an unknown key by its name. */
function describe(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue)?.slice(0, 200) ?? '(whole)';
  if (issue.type === 'strict_object' && issue.expected === 'never') return `unknown key "${path}"`;
  return `${path}: ${issue.message.slice(0, 200)}`;
}

function check<Schema extends v.GenericSchema>(schema: Schema, input: unknown): v.InferOutput<Schema> {
  const outcome = v.safeParse(schema, input);
  if (!outcome.success) throw new InvalidConfigError(outcome.issues.map(describe));
  return outcome.output;
}

/**
 * Validates `run.json` and fills in defaults.
 * Throws {@link InvalidConfigError} on a wrong value, a wrong version or an unknown key, naming each.
 */
export const parseRunConfig = (input: unknown): RunConfig => check(runConfigSchema, input);

/** Validates settings that change while the search runs. */
export const parseSearchChanges = (input: unknown): SearchSettingsChanges => check(searchChangesSchema, input);

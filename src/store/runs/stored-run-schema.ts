import * as v from 'valibot';
import { explanation, model, parent, quality, result, speed } from '../event-schema.ts';
import { phases } from '../../run/phases.ts';
import { runConfigSchema, searchChangesSchema } from '../../run/run-config.ts';
import { controlKinds, type StoredRun } from './stored-run.ts';

/** The form of a run in the storage, which another version of the page may have written. */

const amount = v.pipe(v.number(), v.finite(), v.minValue(0));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const text = v.string();

// Columns are looked at by hand: a long run has thousands of values, and the list is read often.
const numbers = v.custom<readonly number[]>((value) => Array.isArray(value) && value.every(Number.isFinite));
const gaps = v.custom<readonly (number | null)[]>((value) => Array.isArray(value) && value.every((each) => each === null || Number.isFinite(each)));

const curve = v.pipe(
  v.object({ fitness: gaps, forwardTokens: numbers, trainedTokens: numbers, at: numbers, start: v.nullable(v.pipe(v.number(), v.finite())) }),
  v.check(({ fitness, ...others }) => [others.forwardTokens, others.trainedTokens, others.at].every(({ length }) => length === fitness.length)),
);
const speeds = v.object(v.entriesFromList(['dense', 'uniform', 'winner'], v.exactOptional(speed)));
const qualities = v.object(v.entriesFromList(['dense', 'uniform', 'searched', 'winner'], v.exactOptional(quality)));

const schema: v.GenericSchema<unknown, StoredRun> = v.object({
  version: v.literal(1),
  id: v.pipe(text, v.minLength(1)),
  number: count,
  name: text,
  origin: v.nullable(v.object({ id: text, kind: v.picklist(controlKinds) })),
  imported: v.boolean(),
  bytes: amount,
  deletedAt: v.nullable(amount),
  startedAt: v.pipe(text, v.isoTimestamp()),
  config: runConfigSchema,
  changes: v.array(v.object({ generation: count, before: searchChangesSchema, after: searchChangesSchema })),
  adopted: count,
  device: v.nullable(text),
  model: v.nullable(model),
  state: v.picklist(['running', 'finished', 'stopped', 'failed']),
  phase: v.nullable(v.picklist(phases)),
  seconds: amount,
  phaseSeconds: v.object(v.entriesFromList(phases, v.exactOptional(amount))),
  generations: count,
  curve,
  modules: v.array(v.object({ layer: count, kind: v.picklist(['attention', 'mlp']), structures: count, kept: v.pipe(numbers, v.minLength(1)) })),
  parent: v.nullable(parent),
  quality: qualities,
  speed: speeds,
  result: v.nullable(result),
  failure: v.nullable(explanation),
});

/** A run as the storage has it; null where that is none. Never throws. */
export function readStoredRun(stored: unknown): StoredRun | null {
  const outcome = v.safeParse(schema, stored, { abortEarly: true });
  return outcome.success ? outcome.output : null;
}

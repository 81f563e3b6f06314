import * as v from 'valibot';
import { phases } from '../phases.ts';
import { searchChangesSchema, stageSchema } from '../run-config.ts';
import type { RunConfig } from '../run-config.ts';
import type { RunProgress } from './run-progress.ts';

/**
 * The form of a run's progress in a checkpoint, which another version may have written, or somebody. Bounds hold whatever is counted to
 * or allocated by; no key is taken that is not known. A number that JSON cannot write has become null: where a measurement may be "not a
 * number" it is that again.
 */

/** As many as a model may have, see `model/read-config.ts`: two for each layer. */
const mostModules = 4096;
/** Dense, and `levels` of the configuration at most. */
const mostLevels = 65;
const mostOffspring = 99;
const mostSequences = 1 << 24;
const mostPrograms = 4096;
const mostBytes = Number.MAX_SAFE_INTEGER;

const number = v.pipe(v.number(), v.finite());
const amount = v.pipe(number, v.minValue(0));
const whole = (maximum: number) => v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(maximum));
const count = whole(Number.MAX_SAFE_INTEGER);
const measured = v.pipe(
  v.nullable(number),
  v.transform((value) => value ?? Number.NaN),
);
const text = v.pipe(v.string(), v.maxLength(10_000));
const list = <Item extends v.GenericSchema>(item: Item, most: number) => v.pipe(v.array(item), v.maxLength(most));

export const sha256Schema = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
export const bytesSchema = whole(mostBytes);

/** Names that stay in the folder of their checkpoint. */
export const partName = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,63}\.bin$/));
const part = v.strictObject({ name: partName, bytes: bytesSchema, sha256: sha256Schema });

const module = v.strictObject({ part, headerBytes: whole(1 << 30), pieces: v.pipe(list(v.nullable(bytesSchema), mostLevels), v.minLength(1)) });

const latency = v.strictObject({
  measure: v.picklist(['decode', 'prefill']),
  tokens: count,
  rounds: count,
  fixed: number,
  unit: v.pipe(count, v.minValue(1)),
  entries: list(
    v.strictObject({ kind: v.picklist(['attention', 'mlp']), heads: count, kvHeads: count, channels: count, parameters: count, measured: number, cost: amount }),
    2 * mostModules,
  ),
});

const genome = list(whole(mostLevels - 1), mostModules);
const ofIndividual = { id: v.pipe(v.string(), v.regex(/^\d{1,7}\.\d{1,4}$/)), genome };
const individual = v.strictObject(ofIndividual);
const sized = v.strictObject({ ...ofIndividual, size: amount, cost: v.exactOptional(amount) });

const generations = whole(100_000);
/** What a search is set to; a run's configuration, which has more, is one too. */
const settings = v.object({
  generations,
  offspring: v.pipe(whole(mostOffspring), v.minValue(1)),
  mutation: v.picklist(['any', 'same-type']),
  maxFlips: v.pipe(whole(mostModules), v.minValue(1)),
  attentionShare: v.nullable(v.pipe(number, v.minValue(0), v.maxValue(1))),
  learningRate: v.pipe(number, v.gtValue(0)),
  stages: v.pipe(list(stageSchema, 8), v.minLength(1)),
});

const position = v.strictObject({
  generation: generations,
  parent: sized,
  fitness: v.nullable(number),
  settings,
  within: v.nullable(
    v.strictObject({
      stages: whole(7),
      entering: list(individual, mostOffspring),
      evaluatedCandidates: count,
      fitnessTokens: amount,
      trainedTokens: amount,
    }),
  ),
});

const tokens = v.strictObject({ forward: amount, trained: amount });
const quality = v.strictObject({ perplexity: measured, kl: measured, agreement: measured });
const speed = v.strictObject({
  prefillTokens: count,
  prefillTokensPerSecond: amount,
  decodeTokens: count,
  decodeTokensPerSecond: amount,
  runs: count,
});

const profile = v.strictObject({
  phases: list(v.strictObject({ phase: v.picklist(phases), seconds: amount, flop: amount, forwardTokens: amount, trainedTokens: amount }), phases.length),
  programs: list(v.strictObject({ name: text, runs: count, seconds: amount, gpuSeconds: v.nullable(amount) }), mostPrograms),
  traffic: v.strictObject({ uploads: count, uploadedBytes: amount, readbacks: count, readBytes: amount }),
  hostSeconds: amount,
  peakFlops: v.nullable(amount),
  memory: v.strictObject({ tensors: count, bytes: amount, peakBytes: amount }),
});

const training = v.strictObject({
  steps: count,
  tokens: count,
  measuredAt: count,
  best: v.nullable(number),
  untrained: v.nullable(v.strictObject({ kl: number, perplexity: number })),
  astray: count,
  lossSum: measured,
  lossCount: count,
  state: v.nullable(part),
  bestWeights: v.nullable(part),
  finished: v.boolean(),
});

const form = v.strictObject({
  events: count,
  at: amount,
  phaseSeconds: v.strictObject(v.entriesFromList(phases, v.exactOptional(amount))),
  phaseBegan: v.nullable(amount),
  tokens,
  profile: v.nullable(profile),
  device: v.nullable(v.strictObject({ backend: v.picklist(['webgpu', 'wasm']), label: text, reason: text, threads: whole(4096) })),
  source: v.nullable(v.strictObject({ sha256: sha256Schema })),
  modules: list(v.nullable(module), mostModules),
  latency: v.nullable(latency),
  search: v.nullable(v.strictObject({ position, tokensBefore: tokens, knownStates: list(whole(mostSequences), mostSequences) })),
  searched: v.nullable(v.strictObject({ uniform: sized, winner: sized, stopped: v.boolean() })),
  training: v.nullable(training),
  measured: v.nullable(
    v.strictObject({
      qualities: v.strictObject({ dense: quality, uniform: quality, winner: quality, searched: v.exactOptional(quality) }),
      speed: v.nullable(v.strictObject({ dense: speed, uniform: speed, winner: speed })),
    }),
  ),
  pending: v.strictObject({ changes: v.nullable(searchChangesSchema), parent: v.nullable(individual), stop: v.boolean() }),
});

/** Every genome that a progress has. */
function genomesOf({ search, searched, pending }: RunProgress): (readonly number[])[] {
  const individuals = [
    ...(search ? [search.position.parent, ...(search.position.within?.entering ?? [])] : []),
    ...(searched ? [searched.uniform, searched.winner] : []),
    ...(pending.parent ? [pending.parent] : []),
  ];
  return individuals.map((one) => one.genome);
}

/** What does not fit together in a progress, in a few words; null where all does. */
function unfit(progress: RunProgress, config: Pick<RunConfig, 'levels'>): string | null {
  const { modules, search } = progress;
  const levels = modules.map((stored) => stored?.pieces.length ?? config.levels + 1);
  if (levels.some((own) => own > config.levels + 1)) return 'a module has more levels than were asked for';
  const fits = (one: readonly number[]): boolean => one.length === levels.length && one.every((level, index) => level < (levels[index] ?? 0));
  if (!genomesOf(progress).every(fits)) return 'a genome does not fit the level database';
  const within = search?.position.within;
  if (within && within.stages >= search.position.settings.stages.length) return 'a generation is beyond its last stage';
  if (search && new Set(search.knownStates).size !== search.knownStates.length) return 'a sequence is kept twice';
  return null;
}

/** The progress of a run with this configuration. */
export const progressSchema = (config: Pick<RunConfig, 'levels'>): v.GenericSchema<unknown, RunProgress> =>
  v.pipe(
    form,
    v.rawCheck(({ dataset, addIssue }) => {
      const fault = dataset.typed ? unfit(dataset.value, config) : null;
      if (fault !== null) addIssue({ message: fault });
    }),
  );

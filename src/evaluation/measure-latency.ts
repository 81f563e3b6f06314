import { median } from '../base/median.ts';
import { KvCache } from '../model/kv-cache.ts';
import type { Transformer } from '../model/transformer.ts';
import type { ModelWeights } from '../model/weights.ts';
import type { LevelDatabase } from '../pruning/level-database.ts';
import type { ModelLease } from '../pruning/materialise.ts';
import { nextLogits } from './generate.ts';
import { sameShape, shapeOf, shapesIn, tableOf, type LatencyMeasure, type LatencyTable, type SizedShape } from './latency-table.ts';
import { variedTokens } from './varied-tokens.ts';

export interface LatencyOptions {
  readonly transformer: Transformer;
  readonly dense: ModelWeights;
  readonly database: LevelDatabase;
  /** Small models by genome, gathered as they are needed. */
  readonly modules: { lease(genome: readonly number[]): Promise<ModelLease> };
  readonly measure: LatencyMeasure;
  /** Tokens that a model may read at most. */
  readonly context: number;
  /** About how long it may take. */
  readonly seconds: number;
}

/** How far it is, in visits to a shape; `secondsLeft` about, null until every shape was seen. */
export interface LatencyProgress {
  readonly done: number;
  readonly total: number;
  readonly secondsLeft: number | null;
}

/** Modules of one shape that run one after the other: they have weights of their own, as a model's have, so that no cache flatters them. */
const stackHeight = 8;
/** Tokens that are written in a visit; the clock of a worker may be as coarse as a tenth of a millisecond. */
const writtenTokens = 8;
/** Of a prompt: as many as the speed of whole models is measured on, halved down to the least where the device is slow. */
const wantedTokens = 512;
const fewestTokens = 32;
const fewestRounds = 3;
const mostRounds = 7;

/**
 * Times every shape in the database on this device, with the programs that run the models: a stack of modules between embedding and
 * head, less embedding and head alone. Shapes take turns, so that whatever else the machine does disturbs them alike; the first turn
 * warms up and is dropped. Takes about `seconds` at most, but no fewer than three turns.
 */
export async function* measureLatency(options: LatencyOptions): AsyncGenerator<LatencyProgress, LatencyTable> {
  const { database, measure } = options;
  const shapes = shapesIn(database);
  const subjects: readonly (SizedShape | null)[] = [null, ...shapes];
  const tokens = await promptLength(options, subjects);
  const times = new Map(subjects.map((subject) => [subject, [] as number[]]));
  let spent = 0; // in the visits: whoever pulls may rest between them
  let rounds = mostRounds;
  for (let round = 0; round <= rounds; round++) {
    for (const [index, subject] of subjects.entries()) {
      const began = performance.now();
      const time = await visit(options, subject, tokens);
      spent += performance.now() - began;
      if (round > 0) times.get(subject)?.push(time);
      yield progressOf({ visits: round * subjects.length + index + 1, total: (rounds + 1) * subjects.length, spent, known: round > 0 });
    }
    const affordable = Math.floor((1000 * options.seconds * (round + 1)) / spent) - 1; // the first one warms up
    rounds = Math.min(mostRounds, Math.max(fewestRounds, affordable, round)); // those that were made count
  }
  const fixed = median(times.get(null) ?? []);
  const shapesTimed = shapes.map((shape) => ({ shape, measured: (median(times.get(shape) ?? []) - fixed) / stackHeight }));
  return tableOf(database, shapesTimed, { measure, tokens, rounds, fixed });
}

function progressOf({ visits, total, spent, known }: { readonly visits: number; readonly total: number; readonly spent: number; readonly known: boolean }): LatencyProgress {
  const each = spent / visits / 1000;
  return { done: visits, total, secondsLeft: known ? each * (total - visits) : null };
}

/** The longest prompt with which the rounds fit into the time: tried on what takes longest. */
async function promptLength(options: LatencyOptions, subjects: readonly (SizedShape | null)[]): Promise<number> {
  const largest = subjects.filter((subject, index) => subject === null || subject.kind !== subjects[index - 1]?.kind);
  const most = Math.max(1, Math.min(wantedTokens, options.context - writtenTokens));
  const least = Math.min(most, fewestTokens);
  for (const subject of largest) await visit(options, subject, least); // compiles what is not yet
  let [tokens, next] = [least, least];
  while (next <= most) {
    const began = performance.now();
    for (const subject of largest) await visit(options, subject, next);
    // Levels keep half of the largest in the mean.
    const expected = ((performance.now() - began) / 1000) * (subjects.length / largest.length) * 0.5 * (fewestRounds + 1);
    if (expected > options.seconds) break;
    tokens = next;
    next = next === most ? most + 1 : Math.min(2 * next, most);
  }
  return tokens;
}

/** Nanoseconds of embedding, head and a stack of modules of the shape between them. */
async function visit(options: LatencyOptions, subject: SizedShape | null, tokens: number): Promise<number> {
  if (subject === null) return await timed(options, { ...options.dense, modules: [] }, tokens);
  const chosen = modulesOf(options.database, subject);
  const genome = options.database.modules.map((_, index) => chosen.find((module) => module.index === index)?.level ?? 0);
  using lease = await options.modules.lease(genome);
  const modules = Array.from({ length: stackHeight }, (_, place) => lease.weights.modules[chosen[place % chosen.length]?.index ?? -1] ?? null);
  return await timed(options, { ...lease.weights, modules }, tokens);
}

/** Modules that have a level of the shape, as many as a stack holds, spread over the layers. */
function modulesOf({ modules }: LevelDatabase, subject: SizedShape): { readonly index: number; readonly level: number }[] {
  const all = modules.flatMap(({ id, levels }, index) => {
    const level = levels.findIndex((entry) => {
      const shape = shapeOf(id.kind, entry);
      return shape !== null && sameShape(shape, subject);
    });
    return level < 0 ? [] : [{ index, level }];
  });
  if (all.length <= stackHeight) return all;
  return Array.from({ length: stackHeight }, (_, place) => all[Math.floor((place * all.length) / stackHeight)]).filter((module) => module !== undefined);
}

/** Nanoseconds of a prompt read, or of a token written after one. Logits are read on the host, so the device has done what is timed. */
async function timed({ transformer, measure }: LatencyOptions, model: ModelWeights, tokens: number): Promise<number> {
  using cache = new KvCache();
  const ids = variedTokens(tokens, model.spec.vocabulary);
  if (measure === 'prefill') {
    const began = performance.now();
    await nextLogits(transformer, model, ids, cache);
    return 1e6 * (performance.now() - began);
  }
  await fill(transformer, model, ids, cache);
  await nextLogits(transformer, model, ids.slice(0, 1), cache);
  const began = performance.now();
  for (let written = 0; written < writtenTokens; written++) await nextLogits(transformer, model, ids.slice(written, written + 1), cache);
  return (1e6 * (performance.now() - began)) / writtenTokens;
}

/** Has the prompt read; only attention remembers it. */
async function fill(transformer: Transformer, model: ModelWeights, ids: Int32Array, cache: KvCache): Promise<void> {
  if (model.modules.some((module) => module?.kind === 'attention')) (await transformer.extend(model, ids, cache)).dispose();
  else cache.grow(ids.length);
}

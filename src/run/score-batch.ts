import { addFitness } from '../evaluation/fitness.ts';
import type { Teacher } from '../model/transformer.ts';
import type { TokenBatch } from '../model/weights.ts';
import type { Genome } from '../pruning/level-database.ts';
import type { Tensor } from '../runtime/runtime.ts';
import type { MeasuredStage, MeasuringOptions } from './measured-stage.ts';
import { areWhole, byLevel, inParts, type PrefixState } from './prefix-states.ts';

/** One batch of a stage, whose first sequence is sequence `first` of the stage, and candidates to measure on it. */
interface Scoring extends MeasuredStage {
  readonly batch: TokenBatch;
  readonly first: number;
  readonly teacher: Teacher;
  /** Embeddings of the batch `[T, d]`. */
  readonly embedded: Tensor;
  /** Indices into the request's candidates. */
  readonly members: readonly number[];
  readonly genomeOf: (member: number) => Genome;
}

/** How far a candidate is on a batch. */
export interface Scored {
  /** Index into the request's candidates. */
  readonly member: number;
  /** Tokens of the batch, in proportion to its modules; all of them when its sums are added. */
  readonly tokens: number;
}

/** States `[T, d]` of float32 that fit in so many bytes, before a module and behind it; may be 0. */
export const statesThatFit = (bytes: number, tokens: number, hidden: number): number => Math.floor(bytes / (2 * tokens * hidden * Float32Array.BYTES_PER_ELEMENT));

/**
 * Adds the sums of some candidates (`members`, indices into the request's) on one batch, untrained. All go through the modules side by
 * side: prefixes that several share are run once, and different prefixes with the same level of a module are joined to one run of
 * it, as further sequences of a batch. Rows do not see each other's, so the values are those of running alone. After each run one
 * candidate is told of, in turn.
 */
export async function* scoreBatch(options: MeasuringOptions, stage: MeasuredStage, index: number, first: number, members: readonly number[]): AsyncGenerator<Scored, void> {
  const { set, request } = stage;
  const batch = set.batches[index];
  if (batch === undefined) throw new RangeError(`no batch ${index}`);
  if (members.length === 0) return;
  const genomeOf = (member: number): Genome => request.candidates[member]?.genome ?? [];
  using teacher = await set.teacherOf(index);
  using embedded = await options.transformer.embed(options.dense, batch);
  const most = Math.max(1, statesThatFit(options.stateBytes, batch.ids.length, options.dense.spec.hidden));
  for (const part of inParts(members, genomeOf, most)) {
    yield* scoreTogether(options, { ...stage, batch, first, teacher, embedded, members: part, genomeOf });
  }
}

async function* scoreTogether(options: MeasuringOptions, scoring: Scoring): AsyncGenerator<Scored, void> {
  const { batch, embedded, members } = scoring;
  const modules = options.dense.modules.length;
  const made = new Set<Tensor>();
  let runs = 0;
  try {
    let states: readonly PrefixState<Tensor>[] = [{ rows: embedded, place: 0, members }];
    for (let module = 0; module < modules; module++) {
      const next: PrefixState<Tensor>[] = [];
      for await (const run of runModule(options, scoring, module, states, made)) {
        next.push(...run);
        yield { member: members[runs++ % members.length] ?? Number.NaN, tokens: Math.floor((batch.ids.length * module) / modules) };
      }
      states = next;
      freeUnused(made, states);
      await options.runtime.settle();
    }
    for (const state of states) yield* addSums(options, scoring, state);
  } finally {
    for (const tensor of made) tensor.dispose();
  }
}

/** The states behind a module, those of one run at a time. New tensors are added to `made`; a removed module has none. */
async function* runModule(
  { runtime, transformer, modules, sequencesPerBatch, count }: MeasuringOptions,
  { batch: { ids, sequences, length }, genomeOf }: Scoring,
  module: number,
  states: readonly PrefixState<Tensor>[],
  made: Set<Tensor>,
): AsyncGenerator<PrefixState<Tensor>[], void> {
  const most = Math.max(1, Math.floor(sequencesPerBatch / sequences));
  for (const group of byLevel(states, (member) => genomeOf(member)[module] ?? Number.NaN).values()) {
    const genome = genomeOf(group[0]?.members[0] ?? Number.NaN);
    using lease = await modules.leaseModule(genome, module);
    count({ forward: (group.length * ids.length) / genome.length });
    if (lease.module === null) {
      yield group;
      continue;
    }
    for (let start = 0; start < group.length; start += most) {
      const joined = group.slice(start, start + most);
      using input = await joinRows(runtime, joined, ids.length);
      const rows = await transformer.module(lease.module, input.rows, { sequences: joined.length * sequences, length });
      made.add(rows);
      yield joined.map(({ members }, place) => ({ rows, place, members }));
    }
  }
}

/** The rows of some states, `tokens` each, one behind the other: a copy, unless they lie so already. */
async function joinRows(runtime: MeasuringOptions['runtime'], states: readonly PrefixState<Tensor>[], tokens: number): Promise<Disposable & { readonly rows: Tensor }> {
  const [first] = states;
  if (first && areWhole(states, (first.rows.shape[0] ?? 0) / tokens)) return { rows: first.rows, [Symbol.dispose]: () => undefined };
  const rows = await runtime.concatRows(states.map(({ rows: tensor, place }) => ({ tensor, start: place * tokens, end: (place + 1) * tokens })));
  return { rows, [Symbol.dispose]: () => rows.dispose() };
}

function freeUnused(made: Set<Tensor>, states: readonly PrefixState<Tensor>[]): void {
  const used = new Set(states.map(({ rows }) => rows));
  for (const tensor of made) {
    if (used.has(tensor)) continue;
    tensor.dispose();
    made.delete(tensor);
  }
}

/** Without training final norm and head are the dense model's. */
async function* addSums({ fitness, transformer, dense, runtime }: MeasuringOptions, { teacher, batch, sums, first }: Scoring, state: PrefixState<Tensor>): AsyncGenerator<Scored, void> {
  using own = await joinRows(runtime, [state], batch.ids.length);
  for (const member of state.members) {
    await addFitness(fitness, transformer, teacher, batch, { weights: dense, hidden: own.rows }, sums.of(member, first, batch));
    await runtime.settle();
    yield { member, tokens: batch.ids.length };
  }
}

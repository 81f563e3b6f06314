import { addFitness } from '../evaluation/fitness.ts';
import type { Teacher } from '../model/transformer.ts';
import type { TokenBatch } from '../model/weights.ts';
import type { Genome } from '../pruning/level-database.ts';
import type { Tensor } from '../runtime/runtime.ts';
import type { MeasuredStage, MeasuringOptions } from './measured-stage.ts';
import { prefixTree, type PrefixNode } from './prefix-tree.ts';

/** One batch of a stage, whose first sequence is sequence `first` of the stage, and the candidates to measure on it. */
interface Scoring extends MeasuredStage {
  readonly batch: TokenBatch;
  readonly first: number;
  readonly teacher: Teacher;
  /** Indices into the request's candidates, and their genomes. */
  readonly members: readonly number[];
  readonly genomes: readonly Genome[];
}

/**
 * Adds the sums of some candidates (`members`, indices into the request's) on one batch, untrained. Prefixes that several
 * share are run once, depth first, so that no more activations live than there are branches on the way: as many bits are the
 * same as if each ran alone. Yields a candidate as soon as the device is done with it.
 */
export async function* scoreBatch(
  options: MeasuringOptions,
  stage: MeasuredStage,
  index: number,
  first: number,
  members: readonly number[],
): AsyncGenerator<number, void> {
  const { set, request } = stage;
  const batch = set.batches[index];
  if (batch === undefined) throw new RangeError(`no batch ${index}`);
  if (members.length === 0) return;
  const genomes = members.map((member) => request.candidates[member]?.genome ?? []);
  using teacher = await set.teacherOf(index);
  using embedded = await options.transformer.embed(options.dense, batch);
  yield* descend(options, { ...stage, batch, first, teacher, members, genomes }, prefixTree(genomes), embedded);
}

/** The modules of a node on its input, then its branches one after the other. The input stays the caller's. */
async function* descend(options: MeasuringOptions, scoring: Scoring, node: PrefixNode, input: Tensor): AsyncGenerator<number, void> {
  using made = await runStretch(options, scoring, node, input);
  const x = made ?? input;
  for (const branch of node.branches) yield* descend(options, scoring, branch, x);
  if (node.branches.length > 0) return;
  const { fitness, transformer, dense, runtime } = options;
  for (const place of node.members) {
    const member = scoring.members[place] ?? Number.NaN;
    const sums = scoring.sums.of(member, scoring.first, scoring.batch);
    // Without training final norm and head are the dense model's.
    await addFitness(fitness, transformer, scoring.teacher, scoring.batch, { weights: dense, hidden: x }, sums);
    await runtime.settle();
    yield member;
  }
}

/** The output `[T, d]` of a node's modules, which the caller frees; null where all of them are removed, or there are none. */
async function runStretch({ modules, transformer, count }: MeasuringOptions, { genomes, batch }: Scoring, node: PrefixNode, input: Tensor): Promise<Tensor | null> {
  const genome = genomes[node.members[0] ?? 0] ?? [];
  if (node.start === node.end) return null;
  using lease = await modules.lease(genome);
  let x: Tensor | null = null;
  for (const module of lease.weights.modules.slice(node.start, node.end)) {
    if (module === null) continue;
    using before = x;
    x = await transformer.module(module, before ?? input, batch);
  }
  count({ forward: (batch.ids.length * (node.end - node.start)) / genome.length });
  return x;
}

import type { Genome } from '../pruning/level-database.ts';

/** A stretch of modules that some genomes have alike, at equal levels, behind equal levels: what they compute there is the same. */
export interface PrefixNode {
  /** First module of the stretch, and the one behind its last; equal where they part at once. */
  readonly start: number;
  readonly end: number;
  /** Indices of the genomes, in order. */
  readonly members: readonly number[];
  /** Where they part, by level; none where the genome ends. */
  readonly branches: readonly PrefixNode[];
}

/** Genomes by their common prefixes, so that each distinct prefix is run once. All have one length; there is at least one. */
export function prefixTree(genomes: readonly Genome[]): PrefixNode {
  return nodeOf(genomes, [...genomes.keys()], 0);
}

function nodeOf(genomes: readonly Genome[], members: readonly number[], start: number): PrefixNode {
  const length = genomes[members[0] ?? 0]?.length ?? 0;
  let end = start;
  while (end < length && members.every((member) => genomes[member]?.[end] === genomes[members[0] ?? 0]?.[end])) end++;
  if (end === length) return { start, end, members, branches: [] };
  const byLevel = new Map<number | undefined, number[]>();
  for (const member of members) {
    const level = genomes[member]?.[end];
    const group = byLevel.get(level);
    if (group) group.push(member);
    else byLevel.set(level, [member]);
  }
  return { start, end, members, branches: [...byLevel.values()].map((group) => nodeOf(genomes, group, end)) };
}

/** Calls `visit` with every module and level that the tree runs, each distinct prefix once. */
export function eachRun(tree: PrefixNode, genomes: readonly Genome[], visit: (module: number, level: number) => void): void {
  const genome = genomes[tree.members[0] ?? 0] ?? [];
  for (let module = tree.start; module < tree.end; module++) visit(module, genome[module] ?? 0);
  for (const branch of tree.branches) eachRun(branch, genomes, visit);
}

import type { Genome } from '../pruning/level-database.ts';

/** What some genomes have computed alike, behind equal levels of all modules so far: block `place` of `rows`, where other prefixes may lie too. */
export interface PrefixState<Rows> {
  readonly rows: Rows;
  readonly place: number;
  /** Those genomes, by whatever number they have. */
  readonly members: readonly number[];
}

/** The states that enter a module, by the level at which it runs for them; a state whose members differ there is parted. */
export function byLevel<Rows>(states: readonly PrefixState<Rows>[], levelOf: (member: number) => number): Map<number, PrefixState<Rows>[]> {
  const groups = new Map<number, PrefixState<Rows>[]>();
  for (const state of states) {
    for (const level of new Set(state.members.map(levelOf))) {
      const part = { ...state, members: state.members.filter((member) => levelOf(member) === level) };
      const group = groups.get(level);
      if (group) group.push(part);
      else groups.set(level, [part]);
    }
  }
  return groups;
}

/** Whether the states are all that lies in their rows, `blocks` of them, in order: then they need not be joined. */
export function areWhole<Rows>(states: readonly PrefixState<Rows>[], blocks: number): boolean {
  return states.length === blocks && states.every(({ rows, place }, index) => rows === states[0]?.rows && place === index);
}

/** Parts of at most `most`, in which genomes with long prefixes in common are together. */
export function inParts(members: readonly number[], genomeOf: (member: number) => Genome, most: number): number[][] {
  const sorted = members.toSorted((a, b) => compare(genomeOf(a), genomeOf(b)));
  return Array.from({ length: Math.ceil(sorted.length / most) }, (_, part) => sorted.slice(part * most, (part + 1) * most));
}

/** By the first level that differs. */
function compare(left: Genome, right: Genome): number {
  const first = left.findIndex((level, module) => level !== right[module]);
  return first < 0 ? 0 : (left[first] ?? 0) - (right[first] ?? 0);
}

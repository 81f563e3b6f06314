import type { SortOrder } from '../../store/display-store.ts';
import type { ShownCandidate } from './population-view.ts';
import type { StackHeights } from './stack-heights.ts';

/** Candidates that share a line of text: those still in a stage, those that left after one, or all of them. */
export interface RowGroup {
  readonly key: string;
  /** Stage index; null where the rows are not grouped. */
  readonly stage: number | null;
  readonly out: boolean;
  readonly top: number;
  readonly count: number;
  readonly measured: number;
  /** Candidates that are not drawn, of very large populations. */
  readonly hidden: number;
}

export interface PlacedRow {
  readonly candidate: ShownCandidate;
  readonly top: number;
  /** Place from the top, from 0. */
  readonly index: number;
  /** 1 where the candidate is in the race; less the longer it has been out. */
  readonly fade: 1 | 0.5 | 0.34;
}

export interface RowLayout {
  readonly groups: readonly RowGroup[];
  /** From top to bottom. */
  readonly rows: readonly PlacedRow[];
  readonly height: number;
}

/** More candidates than this, and those that left first are counted instead of drawn. */
const mostRows = 32;
const statusOrder: Readonly<Record<ShownCandidate['status'], number>> = { measured: 0, measuring: 1, training: 2, waiting: 3, eliminated: 4 };

const lastFitness = (candidate: ShownCandidate): number => candidate.fitness.at(-1) ?? Number.POSITIVE_INFINITY;
const byNumbers = new Intl.Collator('en', { numeric: true });
const byId = (a: ShownCandidate, b: ShownCandidate): number => byNumbers.compare(a.id, b.id);
const byFitness = (a: ShownCandidate, b: ShownCandidate): number => compare(lastFitness(a), lastFitness(b)) || byId(a, b);
const compare = (a: number, b: number): number => (a === b ? 0 : a - b);
/** Measured first, then those that are being measured, the one that trains, then those that wait. */
const inStage = (a: ShownCandidate, b: ShownCandidate): number => statusOrder[a.status] - statusOrder[b.status] || byFitness(a, b);

interface Group {
  readonly stage: number | null;
  readonly out: boolean;
  readonly members: readonly ShownCandidate[];
}

/** In the race first, from the furthest stage down; then those that are out, the last to leave first. */
function byStage(candidates: readonly ShownCandidate[]): Group[] {
  const groups = new Map<string, ShownCandidate[]>();
  for (const candidate of candidates) {
    const key = `${candidate.status === 'eliminated' ? 'out' : 'in'} ${candidate.stage}`;
    const members = groups.get(key);
    if (members) members.push(candidate);
    else groups.set(key, [candidate]);
  }
  return [...groups.values()]
    .map((members) => ({ stage: members[0]?.stage ?? 0, out: members[0]?.status === 'eliminated', members: members.sort(inStage) }))
    .sort((a, b) => Number(a.out) - Number(b.out) || b.stage - a.stage);
}

function grouped(candidates: readonly ShownCandidate[], sort: SortOrder): Group[] {
  if (candidates.length === 0) return [];
  if (sort === 'stage') return byStage(candidates);
  const order = {
    id: byId,
    fitness: (a: ShownCandidate, b: ShownCandidate) => b.stage - a.stage || byFitness(a, b),
    changes: (a: ShownCandidate, b: ShownCandidate) => b.changed.length - a.changed.length || byId(a, b),
  }[sort];
  return [{ stage: null, out: false, members: candidates.toSorted(order) }];
}

/** Places every candidate's row and the groups' headings, from `top` down. */
export function layoutRows(candidates: readonly ShownCandidate[], sort: SortOrder, heights: StackHeights): RowLayout {
  const groups: RowGroup[] = [];
  const rows: PlacedRow[] = [];
  const all = grouped(candidates, sort);
  const lastOut = all.find((group) => group.out)?.stage ?? null;
  let y = 0;
  for (const { stage, out, members } of all) {
    const collapses = candidates.length > mostRows && out && stage === 0;
    const drawn = collapses ? members.slice(0, Math.max(0, mostRows - rows.length)) : members;
    const measured = members.filter(({ status }) => status === 'measured').length;
    groups.push({ key: `${stage} ${out}`, stage, out, top: y, count: members.length, measured, hidden: members.length - drawn.length });
    y += heights.groupHead;
    for (const candidate of drawn) {
      const eliminated = candidate.status === 'eliminated';
      const fade = eliminated ? (candidate.stage === (lastOut ?? candidate.stage) ? 0.5 : 0.34) : 1;
      rows.push({ candidate, top: y, index: rows.length, fade });
      y += heights.rowPitch;
    }
    y += heights.groupGap;
  }
  return { groups, rows, height: y };
}

import type { GenerationRecord } from '../../store/run-state.ts';

/** Lines of the history: how many there are, how high, and how many generations each stands for. */
export interface HistoryLines {
  /** Generations that fit; doubles when full, and ends with the run. */
  readonly capacity: number;
  /** Height of a line, whole pixels. */
  readonly lineHeight: number;
  /** Generations a line; its last one is drawn. Above 1 only where there are more generations than pixels. */
  readonly stride: number;
  readonly height: number;
}

const firstCapacity = 16;

/** Room for `now` generations that doubles when it is full, at most what the run will have. */
export function generationCapacity(now: number, planned: number): number {
  let capacity = firstCapacity;
  while (capacity < now) capacity *= 2;
  return Math.max(1, now, Math.min(capacity, planned));
}

/** The lines for a history of at most `most` pixels. */
export function historyLines(now: number, planned: number, most: number): HistoryLines {
  const capacity = generationCapacity(now, planned);
  let stride = 1;
  while (Math.ceil(capacity / stride) > most) stride *= 2;
  const lines = Math.ceil(capacity / stride);
  const lineHeight = Math.max(1, Math.min(12, Math.floor(most / lines)));
  return { capacity, lineHeight, stride, height: lines * lineHeight };
}

/** Top of a generation's line (generations count from 1). */
export const lineTop = (lines: HistoryLines, generation: number): number =>
  Math.floor((generation - 1) / lines.stride) * lines.lineHeight;

/** The generation drawn at that height, or null below the last. */
export function generationAt(lines: HistoryLines, y: number, now: number): number | null {
  const line = Math.floor(y / lines.lineHeight);
  if (line < 0 || line * lines.stride >= now) return null;
  return Math.min(now, (line + 1) * lines.stride);
}

/** How often each module's level has changed up to each generation: one list a generation, one count a module. */
export function timesChanged(history: readonly GenerationRecord[], start: readonly number[]): readonly (readonly number[])[] {
  const rows: number[][] = [];
  let before = start;
  let counts = start.map(() => 0);
  for (const { parent } of history) {
    const from = before;
    if (parent.genome !== from) counts = counts.map((count, module) => count + (parent.genome[module] === from[module] ? 0 : 1));
    rows.push(counts);
    before = parent.genome;
  }
  return rows;
}

/** The mean kept share of each module among those that reached the last stage of a generation. */
export function survivorShare(record: GenerationRecord, share: (module: number, level: number) => number): readonly number[] {
  const furthest = record.candidates.reduce((most, candidate) => Math.max(most, candidate.fitness.length), 0);
  const survivors = record.candidates.filter((candidate) => candidate.fitness.length === furthest).map(({ genome }) => genome);
  const genomes = survivors.length > 0 ? survivors : [record.parent.genome];
  return record.parent.genome.map(
    (_, module) => genomes.reduce((sum, genome) => sum + share(module, genome[module] ?? 0), 0) / genomes.length,
  );
}

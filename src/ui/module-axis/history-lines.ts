import type { GenerationRecord } from '../../store/run-state.ts';

/** Lines of the history: how many there are, how high, and how many generations each stands for. */
export interface HistoryLines {
  /** Generations that fit; grows when full, and ends with the run. */
  readonly capacity: number;
  /** Height of a line, whole pixels. */
  readonly lineHeight: number;
  /** Generations a line; its last one is drawn. Above 1 only where there are more generations than pixels. */
  readonly stride: number;
  readonly height: number;
}

/** A run whose lines would be at least this high is shown whole from its first generation on. */
const wholeRunLine = 6;
/** Heights of a line, in pixels: with 192 px for all, room for 16, 32, 64, 96 and 192 generations. */
const lineHeights = [12, 6, 3, 2, 1] as const;

/** The lines for a history of at most `most` pixels: as high as those that there are now allow, with room up to the run's end. */
export function historyLines(now: number, planned: number, most: number): HistoryLines {
  const forRun = Math.floor(most / Math.max(1, now, planned));
  const lineHeight = forRun >= wholeRunLine ? Math.min(forRun, lineHeights[0]) : (lineHeights.find((height) => Math.floor(most / height) >= now) ?? 1);
  const room = Math.max(1, Math.floor(most / lineHeight));
  const stride = Math.max(1, Math.ceil(now / room));
  const capacity = Math.max(1, now, Math.min(room * stride, planned));
  return { capacity, lineHeight, stride, height: Math.ceil(capacity / stride) * lineHeight };
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

/** Generations that are numbered: the first, and round ones at least 15 px apart. */
export function numberedGenerations(lines: HistoryLines): readonly number[] {
  const perPixel = lines.capacity / lines.height;
  const step = [1, 2, 4, 5, 10, 20, 50, 100, 200, 500].find((size) => size >= 22 * perPixel) ?? 1000;
  const round = Array.from({ length: Math.floor(lines.capacity / step) }, (_, index) => (index + 1) * step);
  return [1, ...round.filter((generation) => generation - 1 >= 15 * perPixel)];
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

const counted = new WeakMap<readonly GenerationRecord[], readonly number[]>();

/** How often each module's level has changed so far; counted once for a history. */
export function changeCounts(history: readonly GenerationRecord[], start: readonly number[]): readonly number[] {
  const known = counted.get(history);
  if (known) return known;
  const counts = start.map(() => 0);
  let before = start;
  for (const { parent: { genome } } of history) {
    if (genome !== before) for (const [module, level] of genome.entries()) if (level !== before[module]) counts[module] = (counts[module] ?? 0) + 1;
    before = genome;
  }
  counted.set(history, counts);
  return counts;
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

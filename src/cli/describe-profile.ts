import type { RunEvent } from '../run/run-events.ts';
import type { RunProfile } from '../run/run-profile.ts';

/** Programs that are told. */
const most = 8;

const giga = (value: number): string => (value / 1e9).toFixed(1);
const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
const mega = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

/** Where a run's time went, as a short table for the terminal. */
export function describeProfile({ phases, programs, traffic, hostSeconds, peakFlops, memory }: RunProfile): string {
  const wall = phases.reduce((sum, { seconds }) => sum + seconds, 0);
  const rows = phases.map(({ phase, seconds, flop, forwardTokens, trainedTokens }) => [
    phase,
    seconds.toFixed(1),
    seconds > 0 ? giga(flop / seconds) : '-',
    peakFlops !== null && seconds > 0 ? percent(flop / seconds / peakFlops) : '-',
    String(forwardTokens),
    String(trainedTokens),
  ]);
  const ran = programs.slice(0, most).map(({ name, runs, seconds, gpuSeconds }) => [
    name,
    seconds.toFixed(1),
    percent(seconds / wall),
    String(runs),
    gpuSeconds === null ? '-' : gpuSeconds.toFixed(1),
  ]);
  return [
    table([['phase', 'seconds', 'GFLOP/s', 'of peak', 'forward', 'trained'], ...rows]),
    table([['program', 'seconds', 'share', 'runs', 'GPU s'], ...ran]),
    `outside programs and kernels: ${hostSeconds.toFixed(1)} s, ${percent(hostSeconds / wall)} of the run`,
    `${traffic.uploads} uploads, ${mega(traffic.uploadedBytes)}; ${traffic.readbacks} readbacks, ${mega(traffic.readBytes)}; peak of live tensors ${mega(memory.peakBytes)}`,
    ...(peakFlops === null ? [] : [`peak by a matmul probe: ${giga(peakFlops)} GFLOP/s`]),
  ].join('\n');
}

/** Columns of equal width, the first to the left and all others to the right. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (row: readonly string[]): string => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ');
  return rows.map(line).join('\n');
}

/** How far off the time left was that was told when the first generation was over. */
export class EstimateCheck {
  #generation = 0;
  #told: { readonly at: number; readonly left: number } | null = null;

  see(event: RunEvent): void {
    if (event.type === 'generation-finished') this.#generation = event.generation;
    if (event.type === 'estimate' && this.#generation === 1 && event.runSeconds !== null) this.#told ??= { at: event.at, left: event.runSeconds };
  }

  /** What was told against what it took to the end; null where nothing was told. */
  describe(end: number): string | null {
    if (this.#told === null) return null;
    const { at, left } = this.#told;
    const error = left / (end - at) - 1;
    return `estimate after generation 1: ${left.toFixed(1)} s left, it took ${(end - at).toFixed(1)} s (${error < 0 ? '' : '+'}${percent(error)})`;
  }
}

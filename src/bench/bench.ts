import type { OpenModel } from '../model/load-model.ts';
import type { PruneExecutor } from '../pruning/prune-executor.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Text } from '../sources/text.ts';
import type { SizeName } from './model-sizes.ts';

/** One number that a benchmark found. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  /** `×` for a ratio, else `s`, `tokens/s`, `GFLOP/s`, `%` … */
  readonly unit: string;
  /** First and third quartile over the rounds; left out where it was measured once. */
  readonly quartiles?: readonly [low: number, high: number];
  /** What else must be known to read the number: sizes, samples, what it is a share of. */
  readonly note?: string;
}

/** `quick` is what CI and impatient people run, `full` what is reported. */
export type Effort = 'quick' | 'full';

/** What a benchmark may use; Node's command and the page's worker each bring their own. */
export interface BenchContext {
  readonly runtime: Runtime;
  readonly effort: Effort;
  /** Cuts modules on workers. */
  readonly executor: PruneExecutor;
  /** Models to compare by size, smallest first. */
  readonly sizes: readonly SizeName[];
  /** The bundled model tales-6m, opened at the first call. */
  model(): Promise<OpenModel>;
  /** The bundled text that runs train on, read at the first call. */
  text(): Promise<Text>;
}

/** Measures and yields as it finds. Whatever it put on the device is freed when it ends or is given up. */
export type Bench = (context: BenchContext) => AsyncIterable<Figure>;

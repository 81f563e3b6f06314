import type { ModuleKind } from '../../model/spec.ts';
import type { LatencyTable } from '../../run/run-events.ts';
import type { RunState } from '../../store/run-state.ts';
import { csv } from '../parts/csv.ts';

/** One size of a module: what is left of it, and what that takes. Nanoseconds. */
export interface LatencyRow {
  readonly kind: ModuleKind;
  readonly heads: number;
  readonly kvHeads: number;
  readonly channels: number;
  /** Share of the parameters of the largest of its kind. */
  readonly kept: number;
  readonly measured: number;
  readonly cost: number;
  /** Share of what the largest of its kind costs. */
  readonly share: number;
}

/** Rows of the table, in its order. */
export function latencyRows({ entries }: Pick<LatencyTable, 'entries'>): LatencyRow[] {
  return entries.map((entry) => {
    const largest = entries.find(({ kind }) => kind === entry.kind) ?? entry;
    const { kind, heads, kvHeads, channels, measured, cost } = entry;
    return { kind, heads, kvHeads, channels, kept: entry.parameters / largest.parameters, measured, cost, share: cost / largest.cost };
  });
}

/** Predicted and measured speed-ups over the dense model; null where there is none (yet). */
export interface SpeedUps {
  readonly predicted: number | null;
  readonly measured: number | null;
  /** Tokens of the prompt that was read in the measurement of whole models; null before it. */
  readonly tokens: number | null;
}

type Timed = Pick<RunState, 'latency' | 'search' | 'speed'>;

/** Of the uniform model, or of the parent (in the end the winner). */
export function speedUps({ latency, search, speed }: Timed, which: 'uniform' | 'winner'): SpeedUps {
  const model = which === 'uniform' ? search?.uniform : search?.parent;
  const predicted = latency && model?.cost !== undefined ? latency.dense / (latency.table.fixed + model.cost) : null;
  const of = (name: 'dense' | 'uniform' | 'winner'): number | undefined =>
    latency?.table.measure === 'prefill' ? speed[name]?.prefillTokensPerSecond : speed[name]?.decodeTokensPerSecond;
  const [dense, pruned] = [of('dense'), of(which)];
  const measured = dense !== undefined && pruned !== undefined && dense > 0 ? pruned / dense : null;
  return { predicted, measured, tokens: speed[which]?.prefillTokens ?? null };
}

/** The table as CSV, full precision. */
export function latencyCsv(table: LatencyTable): string {
  const head = ['kind', 'query_heads', 'kv_heads', 'channels', 'kept_share', 'measured_ns', 'cost_ns'];
  const rows = latencyRows(table).map(({ kind, heads, kvHeads, channels, kept, measured, cost }) => [kind, heads, kvHeads, channels, kept, measured, cost]);
  return csv([head, ...rows, ['fixed', null, null, null, null, table.fixed, table.fixed]]);
}

import { describe, expect, it } from 'vitest';
import type { LatencyTable } from '../../run/run-events.ts';
import { initialRunState } from '../../store/initial-run-state.ts';
import { reduceRun } from '../../store/reduce-run.ts';
import { eventsToSearch } from '../../store/run.fixture.ts';
import { latencyCsv, latencyRows, speedUps } from './latency-view.ts';

const table: LatencyTable = {
  measure: 'decode', tokens: 256, rounds: 5, fixed: 1000, unit: 1,
  entries: [
    { kind: 'attention', heads: 4, kvHeads: 2, channels: 0, parameters: 400, measured: 790, cost: 800 },
    { kind: 'attention', heads: 2, kvHeads: 1, channels: 0, parameters: 200, measured: 500, cost: 500 },
    { kind: 'mlp', heads: 0, kvHeads: 0, channels: 9, parameters: 900, measured: 1200, cost: 1200 },
    { kind: 'mlp', heads: 0, kvHeads: 0, channels: 3, parameters: 300, measured: 300, cost: 300 },
  ],
};

it('rows are shares of the largest of their kind', () => {
  expect(latencyRows(table).map(({ kept, share }) => [kept, share])).toEqual([[1, 1], [0.5, 0.625], [1, 1], [1 / 3, 0.25]]);
});

it('the CSV has every size and what is fixed', () => {
  expect(latencyCsv(table).split('\n')).toEqual([
    'kind,query_heads,kv_heads,channels,kept_share,measured_ns,cost_ns', 'attention,4,2,0,1,790,800', 'attention,2,1,0,0.5,500,500',
    'mlp,0,0,9,1,1200,1200', `mlp,0,0,3,${1 / 3},300,300`, 'fixed,,,,,1000,1000',
  ]);
});

describe('speed-ups', () => {
  const run = reduceRun(initialRunState, eventsToSearch);
  const speed = (decodeTokensPerSecond: number) => ({ prefillTokens: 128, prefillTokensPerSecond: 10 * decodeTokensPerSecond ** 2, decodeTokens: 8, decodeTokensPerSecond, runs: 3 });
  const search = run.search && { ...run.search, uniform: { ...run.search.uniform, cost: 2000 }, parent: { ...run.search.parent, cost: 1500 } };
  const latency = { table, dense: 5000, most: 2500 };

  it('are predicted by the table and measured on whole models', () => {
    const timed = { latency, search, speed: { dense: speed(10), winner: speed(18) } };
    expect(speedUps(timed, 'uniform')).toEqual({ predicted: 5000 / 3000, measured: null, tokens: null });
    expect(speedUps(timed, 'winner')).toEqual({ predicted: 2, measured: 1.8, tokens: 128 });
    const reading = { ...timed, latency: { ...latency, table: { ...table, measure: 'prefill' as const } } };
    expect(speedUps(reading, 'winner').measured).toBeCloseTo(1.8 ** 2, 12);
  });

  it('are unknown where nothing was timed', () => {
    expect(speedUps({ latency: null, search: run.search, speed: {} }, 'winner')).toEqual({ predicted: null, measured: null, tokens: null });
  });
});

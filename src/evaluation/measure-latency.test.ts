import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Transformer } from '../model/transformer.ts';
import type { ModelWeights } from '../model/weights.ts';
import type { LevelDatabase, LevelEntry } from '../pruning/level-database.ts';
import { measureLatency, type LatencyOptions } from './measure-latency.ts';

let now = 0;
beforeEach(() => {
  now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(() => vi.restoreAllMocks());

const level: LevelEntry = { nominal: [0], removed: 0, kept: Int32Array.of(0), heads: [], kvHeads: [], queryGroups: [], channels: 1, loss: 0, parameters: 3 };
const database = { modules: [{ id: { layer: 0, kind: 'mlp' }, structures: 1, levels: [level], fallbacks: 0 }] } as unknown as LevelDatabase;
const dense = { spec: { vocabulary: 9 }, modules: [{ kind: 'mlp' }] } as unknown as ModelWeights;

/** A device on which reading a prompt takes as many milliseconds as `pace` says. */
function deviceOf(pace: () => number): Transformer {
  const extend = async (): Promise<object> => {
    now += pace();
    return { dispose: () => undefined, [Symbol.dispose]: () => undefined };
  };
  return { extend, logits: async () => new Float32Array(9) } as unknown as Transformer;
}

const optionsFor = (transformer: Transformer): LatencyOptions => ({
  transformer, dense, database, measure: 'prefill', context: 40, seconds: 1,
  modules: { lease: async () => ({ weights: dense, [Symbol.dispose]: () => undefined }) },
});

it('does not count the time for which nobody pulls', async () => {
  const measuring = measureLatency(optionsFor(deviceOf(() => 10)));
  let most = 0;
  let next = await measuring.next();
  for (; next.done !== true; next = await measuring.next()) {
    most = Math.max(most, next.value.secondsLeft ?? 0);
    now += 60_000;
  }
  expect(next.value.rounds).toBe(7);
  expect(most).toBeLessThan(1);
});

it('says how often it timed, also where the device slows down on the way', async () => {
  let visits = 0;
  // A round is two visits; four come before the first, and the seventh is slow.
  const measuring = measureLatency(optionsFor(deviceOf(() => (++visits > 4 + 2 * 6 ? 800 : 10))));
  let made = 0;
  let next = await measuring.next();
  for (; next.done !== true; next = await measuring.next()) made += 1;
  expect(made).toBe(2 * (next.value.rounds + 1)); // with the one that warms up
});

import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { config } from './checkpoint-history.fixture.ts';
import { progressSchema } from './progress-schema.ts';
import { noProgress, type RunProgress } from './run-progress.ts';

const part = { name: 'module-0-1.bin', bytes: 7, sha256: 'b'.repeat(64) };
const stored = { part, headerBytes: 1, pieces: [null, 6, null] };
const parent = { id: '3.01', genome: [0, 2], size: 10 };
const quality = { perplexity: 2, kl: 0.5, agreement: 0.7 };
const speed = { prefillTokens: 8, prefillTokensPerSecond: 2.5, decodeTokens: 4, decodeTokensPerSecond: 1.5, runs: 3 };

/** With something everywhere. */
const progress: RunProgress = {
  events: 12,
  at: 3.25,
  phaseSeconds: { load: 1, 'post-train': 2 },
  phaseBegan: 2,
  tokens: { forward: 10.5, trained: 3 },
  device: { backend: 'wasm', label: 'WebAssembly', reason: '', threads: 4 },
  source: { sha256: 'c'.repeat(64) },
  modules: [stored, null],
  latency: { measure: 'decode', tokens: 8, rounds: 3, fixed: 100, unit: 1, entries: [{ kind: 'mlp', heads: 0, kvHeads: 0, channels: 3, parameters: 9, measured: -2, cost: 1 }] },
  search: {
    position: {
      generation: 3,
      parent,
      fitness: null,
      settings: { generations: 5, offspring: 4, mutation: 'any', maxFlips: 2, attentionShare: null, learningRate: 1e-4, stages: [{ survivors: 1, fitnessTokens: 64, trainingTokens: 0 }] },
      within: { stages: 0, entering: [{ id: '4.01', genome: [1, 4] }], evaluatedCandidates: 0, fitnessTokens: 0, trainedTokens: 0 },
    },
    tokensBefore: { forward: 1, trained: 0 },
    knownStates: [3, 1],
  },
  searched: { uniform: { ...parent, cost: 5 }, winner: parent, stopped: false },
  training: { steps: 1, tokens: 64, measuredAt: 0, best: null, untrained: { kl: 1, perplexity: 3 }, astray: 0, lossSum: 2, lossCount: 1, state: part, bestWeights: null, finished: false },
  measured: { qualities: { dense: quality, uniform: quality, winner: quality }, speed: { dense: speed, uniform: speed, winner: speed } },
  pending: { changes: { offspring: 8 }, parent: { id: '2.02', genome: [2, 0] }, stop: true },
  profile: null,
};

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A copy with the value at a path replaced. */
function changed(path: string, value: unknown): unknown {
  const copy: Json = JSON.parse(JSON.stringify(progress));
  const keys = path.split('.');
  let place: Json = copy;
  for (const key of keys.slice(0, -1)) place = typeof place === 'object' && place !== null ? ((Array.isArray(place) ? place[Number(key)] : place[key]) ?? null) : null;
  if (typeof place !== 'object' || place === null) throw new Error(path);
  Reflect.set(place, keys.at(-1) ?? '', value);
  return copy;
}

const accepts = (value: unknown): boolean => v.safeParse(progressSchema(config), value).success;

describe('progressSchema', () => {
  it('takes what is written, as it was', () => {
    expect(v.parse(progressSchema(config), JSON.parse(JSON.stringify(progress)))).toEqual(progress);
    expect(v.parse(progressSchema(config), JSON.parse(JSON.stringify(noProgress)))).toEqual(noProgress);
  });

  it.each([
    ['at', null],
    ['at', -1],
    ['events', 1.5],
    ['more', 1],
    ['phaseSeconds.lunch', 1],
    ['device.threads', 1e9],
    ['source.sha256', 'C'.repeat(64)],
    ['modules.0.part.name', '../../model.bin'],
    ['modules.0.part.name', '/etc/passwd'],
    ['modules.0.part.sha256', 'x'],
    ['modules.0.pieces', []],
    ['modules.0.pieces', [null, 1, 2, 3, 4, 5]],
    ['search.position.parent.genome', [0]],
    ['search.position.parent.genome', [3, 0]],
    ['search.position.parent.genome', [0, 5]],
    ['search.position.within.entering.0.genome', [0, 0, 0]],
    ['search.position.within.stages', 1],
    ['search.position.settings.stages', []],
    ['search.position.settings.learningRate', 0],
    ['search.knownStates', [1, 1]],
    ['search.knownStates', [-1]],
    ['searched.winner.genome', [3, 3]],
    ['searched.winner.id', '<b>'],
    ['training.state.bytes', -1],
    ['pending.parent.genome', ['0', 0]],
    ['pending.changes.offspring', 1e6],
    ['latency.unit', 0],
    ['latency.entries.0.cost', -1],
    ['measured.speed.dense.runs', 'many'],
  ])('refuses %s = %j', (path, value) => {
    expect(accepts(changed(path, value))).toBe(false);
  });

  it('takes levels of modules that are not cut yet by the configuration', () => {
    expect(accepts(changed('searched.winner.genome', [2, 4]))).toBe(true);
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomFor, type Random } from '../base/random.ts';
import { hopeless, isHopeless, roundsOf, worseByChance, type Running, type StopRule } from './early-stop.ts';

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** Standard normal, by Box and Muller. */
const normal = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random.unit())) * Math.cos(2 * Math.PI * random.unit());

/** What a stage would measure: `[candidate][sequence]`. */
type Stage = readonly (readonly number[])[];

interface Shape {
  readonly candidates: number;
  readonly survivors: number;
  readonly sequences: number;
}

const shapes: readonly Shape[] = [
  { candidates: 16, survivors: 4, sequences: 8 },
  { candidates: 5, survivors: 1, sequences: 8 },
  { candidates: 16, survivors: 4, sequences: 32 },
];

/**
 * Sequences are hard or easy for all candidates alike; candidates lie close together, so that many are nearly equal where the cut
 * is, and their spreads differ by up to three.
 */
function normalStage({ candidates, sequences }: Shape, random: Random): Stage {
  const hardness = Array.from({ length: sequences }, () => normal(random));
  return Array.from({ length: candidates }, () => {
    const [centre, spread] = [0.3 * random.unit(), 0.1 * (1 + 2 * random.unit())];
    return hardness.map((hard) => 1 + centre + 0.3 * hard + spread * normal(random));
  });
}

/** As KL is: never below 0, in proportion to a sequence's hardness, skewed to the right. */
const skewedStage = (shape: Shape, random: Random): Stage => normalStage(shape, random).map((row) => row.map((value) => Math.exp(value)));

interface Race {
  /** Share of the stage's measurements that were not made. */
  readonly saved: number;
  /** Whether one was dropped that would have survived. */
  readonly wrong: boolean;
}

function race(stage: Stage, { candidates, survivors, sequences }: Shape, confidence: number): Race {
  const rounds = roundsOf(sequences);
  const rule: StopRule = { candidates, survivors, sequences, looks: rounds.length - 1, confidence };
  const best = new Set([...stage.keys()].toSorted((a, b) => sumOf(stage[a] ?? []) - sumOf(stage[b] ?? [])).slice(0, survivors).map(String));
  let running: readonly Running[] = stage.map((_, id) => ({ id: String(id), sums: [] }));
  let measured = 0;
  let wrong = false;
  for (const size of rounds) {
    running = running.map(({ id, sums }) => ({ id, sums: (stage[Number(id)] ?? []).slice(0, sums.length + size) }));
    measured += running.length * size;
    const out = new Set(hopeless(running, rule));
    wrong ||= [...out].some((id) => best.has(id));
    running = running.filter(({ id }) => !out.has(id));
  }
  return { saved: 1 - measured / (candidates * sequences), wrong };
}

function races(make: typeof normalStage, shape: Shape, confidence: number, count: number): { readonly wrong: number; readonly saved: number } {
  const outcomes = Array.from({ length: count }, (_, index) => race(make(shape, randomFor(5, 'race', index)), shape, confidence));
  return { wrong: outcomes.filter(({ wrong }) => wrong).length / count, saved: sumOf(outcomes.map(({ saved }) => saved)) / count };
}

describe('the stated confidence', () => {
  it.each(shapes)('holds over whole stages of normal differences: $candidates candidates, $sequences sequences', (shape) => {
    const { wrong, saved } = races(normalStage, shape, 0.9, 400);
    expect(wrong).toBeLessThanOrEqual(0.1);
    expect(saved).toBeGreaterThan(0.01);
  });

  it.each(shapes)('holds where the values are skewed: $candidates candidates, $sequences sequences', (shape) => {
    expect(races(skewedStage, shape, 0.9, 400).wrong).toBeLessThanOrEqual(0.1);
  });

  it('is right for one pair at one look: all of the error is used, and no more', () => {
    const shape = { candidates: 2, survivors: 1, sequences: 8 };
    const rule: StopRule = { ...shape, looks: 1, confidence: 0.8 };
    const stages = Array.from({ length: 4000 }, (_, index) => {
      const random = randomFor(6, 'pair', index);
      return [0, 1].map((id) => ({ id: String(id), sums: Array.from({ length: 8 }, () => normal(random)) }));
    });
    const wrong = stages.filter((pair) => {
      const out = hopeless(pair.map(({ id, sums }) => ({ id, sums: sums.slice(0, 4) })), rule);
      const [first = 0, second = 0] = pair.map(({ sums }) => sumOf(sums));
      return out.includes(first < second ? '0' : '1');
    });
    // A survivor is dropped in at most 0.2; half of the tests of equals err on the side that does no harm.
    expect(wrong.length / stages.length).toBeLessThan(0.2);
    const dropped = stages.filter((pair) => hopeless(pair.map(({ id, sums }) => ({ id, sums: sums.slice(0, 4) })), rule).length > 0);
    expect(dropped.length / stages.length).toBeGreaterThan(0.2);
  });
});

describe('a p-value', () => {
  it('is that of a one-sided paired t, with the correction for a finite population', () => {
    // Differences 1, 2, 3: mean 2, variance 1; of 12 sequences: error sqrt(1/3 * 3/4) = 0.5, t = 4 with 2 degrees of freedom.
    expect(worseByChance([2, 4, 6], [1, 2, 3], 12)).toBeCloseTo(0.0285955, 6);
  });

  it('says nothing of too few sequences, of all of them, of the better one, or of what is not a number', () => {
    expect(worseByChance([9, 9.1], [1, 1], 8)).toBe(1);
    expect(worseByChance([9, 9.1, 9.2], [1, 1, 1], 3)).toBe(1);
    expect(worseByChance([1, 1, 1], [9, 9.1, 9.2], 8)).toBe(1);
    expect(worseByChance([9, Number.NaN, 9.2], [1, 1, 1], 8)).toBe(1);
    expect(worseByChance([9, 9, 9], [1, Number.NaN, 1], 8)).toBe(1);
    expect(worseByChance([Number.POSITIVE_INFINITY, 9, 9], [1, 1, 1], 8)).toBe(1);
  });
});

describe('what is dropped', () => {
  const rule: StopRule = { candidates: 3, survivors: 1, sequences: 8, looks: 1, confidence: 0.95 };

  it('is clearly worse than as many as survive', () => {
    const running = [
      { id: 'good', sums: [1, 2, 1.5, 1.2] },
      { id: 'near', sums: [1.1, 1.9, 1.6, 1.1] },
      { id: 'bad', sums: [5, 6.1, 5.4, 5.2] },
    ];
    expect(hopeless(running, rule)).toEqual(['bad']);
    expect(hopeless(running, { ...rule, survivors: 2 })).toEqual(['bad']);
    expect(hopeless(running, { ...rule, survivors: 3 })).toEqual([]);
  });

  it('is compared on the sequences that both were measured on', () => {
    const bad = { id: 'bad', sums: [5, 6.1, 5.4] };
    expect(isHopeless(bad, [{ id: 'good', sums: [1, 2, 1.5, 1.2, 900] }], { ...rule, candidates: 2 })).toBe(true);
    expect(isHopeless(bad, [{ id: 'short', sums: [1, 2] }], { ...rule, candidates: 2 })).toBe(false);
  });

  it('leaves as many as survive, whatever was measured', () => {
    const sums = fc.array(fc.oneof(fc.double({ min: 0, max: 9 }), fc.constant(Number.NaN)), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(sums, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 8 }), fc.double({ min: 0.5, max: 0.99, noNaN: true }), (rows, survivors, confidence) => {
        const running = rows.map((row, id) => ({ id: String(id), sums: row }));
        const out = hopeless(running, { candidates: rows.length, survivors, sequences: 8, looks: 3, confidence });
        expect(running.length - out.length).toBeGreaterThanOrEqual(Math.min(survivors, running.length));
      }),
    );
  });
});

describe('rounds', () => {
  it('are one where a spread cannot be told', () => {
    expect([1, 2, 3].map(roundsOf)).toEqual([[1], [2], [3]]);
  });

  it('begin with three sequences or more, and are at most eight', () => {
    expect([4, 8, 16, 20].map(roundsOf)).toEqual([[3, 1], [3, 1, 1, 1, 1, 1], [4, 2, 2, 2, 2, 2, 2], [3, 3, 3, 3, 3, 3, 2]]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), (sequences) => {
        const rounds = roundsOf(sequences);
        expect(sumOf(rounds)).toBe(sequences);
        expect(rounds.length).toBeLessThanOrEqual(8);
        expect(Math.min(...rounds)).toBeGreaterThan(0);
      }),
    );
  });
});

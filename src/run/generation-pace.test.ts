import { expect, it } from 'vitest';
import { GenerationPace, stageWorks, type DenseFill } from './generation-pace.ts';

const stages = [
  { survivors: 4, fitnessTokens: 500, trainingTokens: 0 },
  { survivors: 1, fitnessTokens: 2048, trainingTokens: 128 },
];
const works = stageWorks(16, stages, 256);
const fill: DenseFill = { poolSequences: 100, kept: 100, seconds: 0.5 };

it('counts a stage in forward passes, the parent in the last stage and training three times', () => {
  expect(works).toEqual([
    { trained: false, passes: 16 * 512, sequences: 2 },
    { trained: true, passes: 5 * (2048 + 3 * 128), sequences: 8 },
  ]);
});

it('separates what is done once from what every generation takes', () => {
  const pace = new GenerationPace();
  const [first, second] = works as [(typeof works)[0], (typeof works)[0]];
  // 1 ms and 2 ms a pass; 3 s of compiling in the second stage; two and eight sequences of the dense model, less what was drawn before.
  pace.observe(first, 8.192 + 2 * 0.5, 0, fill);
  pace.observe(second, 2 * 12.16 + 3 + 8 * 0.98 * 0.5, 3, fill);
  expect(pace.secondsPerPass(false)).toBeCloseTo(0.001);
  expect(pace.secondsPerPass(true)).toBeCloseTo(0.002);
  const steady = 8.192 + 24.32;
  const next = pace.forecast(works, fill, 1);
  expect(next - steady).toBeGreaterThan(0.4 * 5 * 0.9); // nine tenths of ten sequences are still to be run
  expect(next - steady).toBeLessThan(5);
  const many = pace.forecast(Array.from({ length: 200 }, () => works).flat(), fill, 1);
  expect(many - 200 * steady).toBeCloseTo((100 - 9.84) * 0.5, 0); // in the end every other sequence of the pool was run once
});

it('goes by the last stages of a kind, by the other kind where there is none, and by a guess before', () => {
  const pace = new GenerationPace();
  expect(pace.secondsPerPass(true)).toBeNull();
  const one = [{ trained: true, passes: 100, sequences: 0 }];
  expect(pace.forecast(one, fill, 0.25)).toBe(25);
  for (let generation = 1; generation <= 20; generation++) pace.observe({ trained: false, passes: 10, sequences: 0 }, generation <= 12 ? 10 : 20, 0, fill);
  expect(pace.secondsPerPass(false)).toBe(2);
  expect(pace.forecast(one, fill, 0.25)).toBe(200);
});

it('a pool whose states do not fit is run again and again', () => {
  const pace = new GenerationPace();
  const draws = Array.from({ length: 1000 }, () => ({ trained: false, passes: 0, sequences: 10 }));
  expect(pace.forecast(draws, { ...fill, kept: 50 }, 1)).toBeGreaterThan(1000 * 5 * 0.5);
});

import { describe, expect, it } from 'vitest';
import { Estimator } from './estimator.ts';
import type { ExpectedCosts } from './expected-costs.ts';

const works = [
  { trained: false, passes: 100, sequences: 0 },
  { trained: true, passes: 50, sequences: 0 },
];

/** At 10 FLOP/s: calibration 10 s, database 20 s, generations of 15 s, evaluation 5 + 3 s, export 1 + 2 s. */
const costs: ExpectedCosts = {
  flop: { load: 0, calibrate: 100, database: 100, search: 0, 'post-train': 200, evaluate: 50, export: 10 },
  generations: 10,
  works,
  candidateFlop: 1,
  pool: { sequences: 10, kept: 10, sequenceFlop: 0 },
  cuttingFlops: 1e9,
  timing: { speedFlop: 30, speedSeconds: 6, latencySeconds: 0 },
  exportSeconds: 2,
};
const tail = 20 + 8 + 3; // post-training, evaluation, export

/** Of a device whose passes are expected to reach 10 FLOP/s. */
function expecting(): Estimator {
  const estimator = new Estimator();
  estimator.expect(costs, 10 / 0.62);
  return estimator;
}

function calibrated(seconds: number): Estimator {
  const estimator = expecting();
  estimator.begin('calibrate', 0);
  estimator.end(seconds);
  return estimator;
}

describe('Estimator', () => {
  it('does not take the time of loading for that of the run', () => {
    const estimator = new Estimator();
    estimator.begin('load', 0);
    estimator.advance(0.5, 1);
    expect(estimator.estimate(1)).toEqual({ type: 'estimate', phaseSeconds: 1, runSeconds: null, flops: null });
  });

  it('knows the run roughly by the peak before anything was measured, and calls that no speed', () => {
    const estimator = expecting();
    estimator.begin('calibrate', 0);
    const { phaseSeconds, runSeconds, flops } = estimator.estimate(0);
    expect(phaseSeconds).toBeCloseTo(10);
    expect(runSeconds).toBeCloseTo(10 + 20 + 150 + tail);
    expect(flops).toBeNull();
    expect(estimator.estimate(4).phaseSeconds).toBeCloseTo(6);
  });

  it('goes by the pace of the phase, and by the rate of calibration for what is ahead', () => {
    const estimator = calibrated(20); // 5 FLOP/s
    estimator.begin('database', 20);
    estimator.advance(0.5, 25);
    const { phaseSeconds, runSeconds, flops } = estimator.estimate(25);
    expect(flops).toBe(5);
    expect(phaseSeconds).toBeCloseTo(5);
    expect(runSeconds).toBeCloseTo(5 + 300 + 40 + 16 + 4);
  });

  it('gives the search the pace of its stages from the first on', () => {
    const estimator = calibrated(10);
    estimator.begin('search', 10);
    expect(estimator.estimate(10).phaseSeconds).toBeCloseTo(150);
    estimator.generationBegins({ generation: 1, generations: 10, works }, 10, 0);
    expect(estimator.estimate(13).phaseSeconds).toBeCloseTo(147);
    estimator.stageEnds(30, 0); // 20 s for 100 passes
    expect(estimator.estimate(30).phaseSeconds).toBeCloseTo(10 + 9 * 30);
    estimator.stageEnds(70, 8); // 40 s for 50 passes, of which 8 were compiling
    const { phaseSeconds, runSeconds } = estimator.estimate(70);
    expect(phaseSeconds).toBeCloseTo(9 * (20 + 32));
    // Post-training by the pace of the trained stages: 32 s for 50 FLOP.
    expect(runSeconds).toBeCloseTo(9 * 52 + (200 * 32) / 50 + 8 + 3);
  });

  it('takes other settings into the forecast when a generation begins with them', () => {
    const estimator = calibrated(10);
    estimator.begin('search', 10);
    estimator.generationBegins({ generation: 1, generations: 10, works }, 10, 0);
    estimator.stageEnds(30, 0);
    estimator.stageEnds(60, 0);
    const [first, second] = works as [(typeof works)[0], (typeof works)[0]];
    estimator.generationBegins({ generation: 2, generations: 4, works: [{ ...first, passes: 50 }, second, second] }, 60, 0);
    expect(estimator.estimate(60).phaseSeconds).toBeCloseTo(3 * (10 + 30 + 30));
  });

  it('counts the timing of the models down once the text is read', () => {
    const estimator = calibrated(10);
    estimator.begin('evaluate', 100);
    estimator.advance(0.5, 104);
    expect(estimator.estimate(104).phaseSeconds).toBeCloseTo(4 + 3);
    estimator.advance(1, 108);
    expect(estimator.estimate(108).phaseSeconds).toBeCloseTo(3);
    estimator.advance(1, 109); // told again while models are timed
    expect(estimator.estimate(110).phaseSeconds).toBeCloseTo(1);
    expect(estimator.estimate(120).phaseSeconds).toBe(0);
  });
});

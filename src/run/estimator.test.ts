import { describe, expect, it } from 'vitest';
import { Estimator } from './estimator.ts';

const costs = { load: 0, calibrate: 100, database: 100, search: 1000, 'post-train': 0, evaluate: 50, export: 50 };

function expecting(): Estimator {
  const estimator = new Estimator();
  estimator.expect(costs);
  return estimator;
}

describe('Estimator', () => {
  it('knows nothing before anything was measured', () => {
    const estimator = expecting();
    estimator.begin('calibrate', 0);
    expect(estimator.estimate(0)).toEqual({ type: 'estimate', phaseSeconds: null, runSeconds: null, flops: null });
  });

  it('does not take the time of loading for that of the run', () => {
    const estimator = new Estimator();
    estimator.begin('load', 0);
    estimator.advance(0.5);
    expect(estimator.estimate(1)).toEqual({ type: 'estimate', phaseSeconds: 1, runSeconds: null, flops: null });
  });

  it('goes by the pace of the phase, and by FLOP for what is ahead', () => {
    const estimator = expecting();
    estimator.begin('calibrate', 0);
    estimator.end(10);
    estimator.begin('database', 10);
    estimator.advance(0.5);
    // 10 FLOP/s: half of the phase took 5 s; 1100 FLOP are ahead.
    expect(estimator.estimate(15)).toMatchObject({ phaseSeconds: 5, runSeconds: 115, flops: 10 });
  });

  it('judges the search by its last generations once three are done', () => {
    const estimator = expecting();
    estimator.begin('calibrate', 0);
    estimator.end(10);
    estimator.begin('search', 10);
    let at = 10;
    for (let generation = 1; generation <= 10; generation++) {
      estimator.generationBegins(generation, 20, at);
      expect(estimator.estimate(at).phaseSeconds).toBe(generation <= 3 ? null : (20 - generation + 1) * 2);
      at += 2;
      estimator.generationEnds(at);
    }
    expect(estimator.estimate(at).runSeconds).toBe(10 * 2 + 100 / 10);
  });
});

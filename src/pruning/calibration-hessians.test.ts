import { describe, expect, it } from 'vitest';
import { CalibrationHessians } from './calibration-hessians.ts';
import { oneLayer } from './random-job.fixture.ts';

describe('CalibrationHessians', () => {
  it('keeps a Hessian for every module that is there, and gives each away once', () => {
    const spec = { ...oneLayer([1], 2, 3, 4), layers: [{ queryGroups: [1], channels: 3 }, { queryGroups: [], channels: 1 }] };
    const hessians = new CalibrationHessians(spec);
    hessians.add({ layer: 0, kind: 'attention' }, Float32Array.of(4, 2, 2, 6), 2);
    hessians.add({ layer: 1, kind: 'mlp' }, Float32Array.of(3), 1);
    expect(hessians.notes()).toEqual([expect.stringContaining('the MLP of layer 0')]);
    expect([...hessians.take({ layer: 0, kind: 'attention' })]).toEqual([4, 2, 2, 6]);
    expect([...hessians.take({ layer: 1, kind: 'mlp' })]).toEqual([6]);
    expect(() => hessians.take({ layer: 0, kind: 'attention' })).toThrow(/taken already/);
    expect(() => hessians.add({ layer: 1, kind: 'attention' }, new Float32Array(4), 1)).toThrow(RangeError);
  });
});

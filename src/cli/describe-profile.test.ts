import { expect, test } from 'vitest';
import type { RunEvent } from '../run/run-events.ts';
import { describeProfile, EstimateCheck } from './describe-profile.ts';

const profile = {
  phases: [
    { phase: 'calibrate' as const, seconds: 10, flop: 2e11, forwardTokens: 16384, trainedTokens: 0 },
    { phase: 'search' as const, seconds: 30, flop: 3e11, forwardTokens: 5, trainedTokens: 640 },
  ],
  programs: [
    { name: 'mlp.forward', runs: 100, seconds: 20, gpuSeconds: null },
    { name: 'adamw', runs: 7, seconds: 16, gpuSeconds: 2 },
  ],
  traffic: { uploads: 3, uploadedBytes: 2e6, readbacks: 4, readBytes: 1e6 },
  hostSeconds: 4,
  peakFlops: 4e10,
  memory: { tensors: 2, bytes: 10, peakBytes: 5e7 },
};

test('a profile is a short table', () => {
  expect(describeProfile(profile).split('\n')).toEqual([
    'phase      seconds  GFLOP/s  of peak  forward  trained',
    'calibrate     10.0     20.0   50.0 %    16384        0',
    'search        30.0     10.0   25.0 %        5      640',
    'program      seconds   share  runs  GPU s',
    'mlp.forward     20.0  50.0 %   100      -',
    'adamw           16.0  40.0 %     7    2.0',
    'outside programs and kernels: 4.0 s, 10.0 % of the run',
    '3 uploads, 2 MB; 4 readbacks, 1 MB; peak of live tensors 50 MB',
    'peak by a matmul probe: 40.0 GFLOP/s',
  ]);
});

const parent = { id: '0.00', genome: [1], size: 1 };
const generation = (number: number, at: number): RunEvent => ({
  type: 'generation-finished', generation: number, parent, fitness: 1, previousParentFitness: 1, replaced: false, forwardTokens: 1, trainedTokens: 1, at,
});
const estimate = (at: number, runSeconds: number | null): RunEvent => ({ type: 'estimate', phaseSeconds: null, runSeconds, flops: null, at });

test('holds the estimate after the first generation against the end', () => {
  const check = new EstimateCheck();
  for (const event of [estimate(5, 1000), generation(1, 10), estimate(10, 110), estimate(15, 2), generation(2, 20), estimate(20, 80)]) check.see(event);
  expect(check.describe(110)).toBe('estimate after generation 1: 110.0 s left, it took 100.0 s (+10.0 %)');
  expect(new EstimateCheck().describe(110)).toBeNull();
});

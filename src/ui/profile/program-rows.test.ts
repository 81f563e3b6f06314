import { describe, expect, it } from 'vitest';
import { profileAfter } from './profile.fixture.ts';
import { programRows, programsCsv } from './program-rows.ts';

describe('sessions and kernels', () => {
  it('have their share of all phases’ time and the time of one run; what is outside them is a line too', () => {
    const { rows, host, compiling } = programRows(profileAfter(6));
    expect(rows).toEqual([
      { name: 'mlp.backward', runs: 240, seconds: 24, each: 0.1, share: 0.24, gpuSeconds: 18 },
      { name: 'mlp.forward', runs: 540, seconds: 24, each: 24 / 540, share: 0.24, gpuSeconds: 15 },
      { name: 'adamw', runs: 120, seconds: 12, each: 0.1, share: 0.12, gpuSeconds: null },
    ]);
    expect(host).toEqual({ seconds: 9, share: 0.09 });
    expect(compiling).toEqual({ runs: 9, seconds: 2, each: 2 / 9, share: 0.02 });
  });

  it('that never ran have no time a run', () => {
    const { rows, host } = programRows({ ...profileAfter(0), phases: [] });
    expect(rows[0]).toMatchObject({ runs: 0, each: null, share: 0 });
    expect(host.share).toBe(0);
  });

  it('go out as plain numbers', () => {
    expect(programsCsv(programRows(profileAfter(1))).split('\n')).toEqual([
      'session_or_kernel,runs,seconds,seconds_per_run,share,gpu_seconds',
      'mlp.backward,40,4,0.1,0.08,3',
      `mlp.forward,140,9,${9 / 140},0.18,5`,
      'adamw,20,2,0.1,0.04,',
      '(outside),,4,,0.08,',
      `(outside: compiling),9,2,${2 / 9},0.04,`,
    ]);
  });
});

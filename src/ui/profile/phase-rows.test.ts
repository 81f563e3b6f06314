import { describe, expect, it } from 'vitest';
import { initialRunState } from '../../store/initial-run-state.ts';
import { phaseRows, phasesCsv, timedPhases, totalOf } from './phase-rows.ts';
import { profileAfter } from './profile.fixture.ts';

/** Seconds. */
const outside = { load: 1, calibrate: 2, search: 6 };

describe('phases', () => {
  it('have their share, where they begin, and rates over all of their time', () => {
    const rows = phaseRows(profileAfter(6).phases, 1e9, outside);
    expect(rows.map(({ phase, begins, share }) => [phase, begins, share])).toEqual([
      ['load', 0, 0.02],
      ['calibrate', 0.02, 0.08],
      ['database', 0.1, 0.3],
      ['search', 0.4, 0.6],
    ]);
    expect(rows.map((row) => row.outside)).toEqual([0.5, 0.25, null, 0.1]);
    expect(rows[3]).toMatchObject({ flop: 30e9, flops: 5e8, ofPeak: 0.5, forwardRate: 800, trainedRate: 200 });
  });

  it('have no rate of what they do not do, and no share of a peak that is unknown', () => {
    const [load, calibrate] = phaseRows(profileAfter(1).phases, null);
    expect(load).toMatchObject({ flop: 0, flops: null, ofPeak: null, forwardRate: null, trainedRate: null });
    expect(calibrate).toMatchObject({ flops: 2.5e8, ofPeak: null, forwardRate: 512, trainedRate: null });
    expect(phaseRows([{ phase: 'search', seconds: 0, flop: 0, forwardTokens: 0, trainedTokens: 0 }], 1e9)[0]).toMatchObject({ share: 0, begins: 0, flops: null });
  });

  it('add up', () => {
    expect(totalOf(phaseRows(profileAfter(6).phases, 1e9, outside), 1e9)).toEqual({ seconds: 100, outside: 0.09, flop: 47e9, flops: 4.7e8, ofPeak: 0.47 });
  });

  it('of an older run have their time and nothing more', () => {
    const done = { status: 'done', done: 0, total: 0, unit: '', note: null } as const;
    const phases = { ...initialRunState.phases, load: { ...done, seconds: 1 }, search: { ...done, seconds: 3 } };
    const rows = phaseRows(timedPhases(phases), null);
    expect(rows.map(({ phase, share, flop, flops, forwardRate }) => [phase, share, flop, flops, forwardRate])).toEqual([
      ['load', 0.25, null, null, null],
      ['search', 0.75, null, null, null],
    ]);
    expect(totalOf(rows, null)).toMatchObject({ seconds: 4, flop: null });
  });

  it('go out as plain numbers', () => {
    expect(phasesCsv(phaseRows(profileAfter(6).phases, 1e9, outside)).split('\n')).toEqual([
      'phase,seconds,share,share_outside,flop,flop_per_second,share_of_peak,forward_tokens,forward_tokens_per_second,trained_tokens,trained_tokens_per_second',
      'load,2,0.02,0.5,0,,,0,,0,',
      'calibrate,8,0.08,0.25,2000000000,250000000,0.25,4096,512,0,',
      'database,30,0.3,,15000000000,500000000,0.5,0,,0,',
      'search,60,0.6,0.1,30000000000,500000000,0.5,48000,800,12000,200',
    ]);
  });
});
